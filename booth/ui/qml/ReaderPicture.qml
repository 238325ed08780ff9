// A card that is laid on the reader, again and again.
import QtQuick

Item {
    implicitWidth: 520 * Theme.unit
    implicitHeight: 420 * Theme.unit
    Accessible.role: Accessible.Graphic
    Accessible.name: Say.word("card-insert-picture")

    Rectangle {
        y: 250 * Theme.unit
        width: parent.width
        height: 160 * Theme.unit
        radius: Theme.radiusLarge
        color: Theme.mutedText
        border.color: Theme.text
        border.width: Theme.line
        Rectangle {
            anchors.centerIn: parent
            width: parent.width * 0.8
            height: parent.height * 0.6
            radius: Theme.radius
            color: "transparent"
            border.color: Theme.darkInk
            border.width: Theme.line
        }
    }
    CardPicture {
        id: card
        anchors.horizontalCenter: parent.horizontalCenter
        width: 330 * Theme.unit
        Accessible.ignored: true
        SequentialAnimation on y {
            running: card.visible
            loops: Animation.Infinite
            NumberAnimation { from: 0; to: 190 * Theme.unit; duration: 1400; easing.type: Easing.InOutQuad }
            PauseAnimation { duration: 1200 }
            PropertyAction { value: 0 }
        }
    }
}

import QtQuick
import QtQuick.Layouts

FocusScope {
    Page {
        anchors.fill: parent
        Title { width: parent.width; text: Say.word("card-insert-title") }
        Label { width: parent.width; text: Say.word("card-insert-text") }
        Item {
            width: parent.width
            height: 420 * Theme.unit
            Accessible.role: Accessible.Graphic
            Accessible.name: Say.word("card-insert-picture")
            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: 250 * Theme.unit
                width: 520 * Theme.unit
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
        GridLayout {
            width: parent.width
            columns: Theme.portrait && !Theme.largeText ? 2 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "number-change"
                Layout.fillWidth: true
                focus: true
                kind: "secondary"
                text: Say.word("card-number-change")
                onClicked: booth.retypeNumber()
            }
            ActionButton {
                objectName: "card-skip"
                Layout.fillWidth: true
                kind: "secondary"
                text: Say.word("card-skip")
                onClicked: booth.declineCard()
            }
        }
    }
}

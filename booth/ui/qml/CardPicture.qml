// The front of a card, drawn; `marked` shows where the access number stands.
import QtQuick

Rectangle {
    id: card
    property bool marked: false
    readonly property real u: width / 100

    implicitWidth: 420 * Theme.unit
    height: width * 54 / 86
    radius: 4 * u
    color: Theme.infoBackground
    border.color: Theme.border
    border.width: Theme.line
    Accessible.role: Accessible.Graphic

    Rectangle { x: 6 * card.u; y: 15 * card.u; width: 26 * card.u; height: 34 * card.u; radius: card.u; color: Theme.border
        Icon { anchors.centerIn: parent; name: "accountCircle"; color: Theme.background; size: 22 * card.u } }
    Rectangle { x: 6 * card.u; y: 6 * card.u; width: 50 * card.u; height: 4 * card.u; radius: card.u; color: Theme.border }
    Repeater {
        model: [34, 26, 38, 22]
        delegate: Rectangle {
            required property int modelData
            required property int index
            x: 38 * card.u
            y: (17 + index * 8) * card.u
            width: modelData * card.u
            height: 3 * card.u
            radius: card.u
            color: Theme.border
            opacity: 0.6
        }
    }
    Rectangle {
        visible: card.marked
        x: 62 * card.u
        y: 47 * card.u
        width: 34 * card.u
        height: 12 * card.u
        radius: card.u
        color: Theme.background
        border.color: Theme.danger
        border.width: Theme.lineBold
        Text {
            anchors.centerIn: parent
            text: "123456"
            color: Theme.text
            font.family: Theme.family
            font.pixelSize: 7.5 * card.u
            font.weight: Tokens.weightStrong
            Accessible.ignored: true
        }
    }
}

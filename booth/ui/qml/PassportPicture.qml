// The page of a passport with the portrait, drawn; `marked`: the lines at its lower edge are framed.
import QtQuick

Rectangle {
    id: page
    property bool marked: true
    readonly property real u: width / 125

    implicitWidth: 420 * Theme.unit
    height: width * 88 / 125
    radius: 3 * u
    color: Theme.infoBackground
    border.color: Theme.border
    border.width: Theme.line
    Accessible.role: Accessible.Graphic
    Accessible.name: Say.word("card-zone-drawing")

    Rectangle { x: 7 * page.u; y: 10 * page.u; width: 32 * page.u; height: 42 * page.u; radius: page.u; color: Theme.border
        Icon { anchors.centerIn: parent; name: "accountCircle"; color: Theme.background; size: 26 * page.u } }
    Repeater {
        model: [60, 44, 66, 38]
        delegate: Rectangle {
            required property int modelData
            required property int index
            x: 46 * page.u
            y: (12 + index * 11) * page.u
            width: modelData * page.u
            height: 4 * page.u
            radius: page.u
            color: Theme.border
            opacity: 0.6
        }
    }
    Rectangle {
        x: 3 * page.u
        y: 62 * page.u
        width: 119 * page.u
        height: 22 * page.u
        radius: page.u
        color: Theme.background
        border.color: page.marked ? Theme.danger : Theme.border
        border.width: page.marked ? Theme.lineBold : Theme.line
        Column {
            anchors.centerIn: parent
            spacing: 3 * page.u
            Repeater {
                model: 2
                delegate: Row {
                    spacing: 1.1 * page.u
                    Repeater {
                        model: 40
                        delegate: Rectangle { width: 1.6 * page.u; height: 4 * page.u; color: Theme.text }
                    }
                }
            }
        }
    }
}

// A key of the screen's keyboards; never takes the focus from the field it writes into.
import QtQuick
import QtQuick.Templates as T

T.Button {
    id: key
    property string iconName: ""
    property string spoken: text
    property bool strong: false

    implicitWidth: Theme.touch
    implicitHeight: Theme.touch
    focusPolicy: Qt.TabFocus
    activeFocusOnTab: true
    autoRepeat: false
    Accessible.role: Accessible.Button
    Accessible.name: spoken
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: Theme.radius
        color: key.down || key.strong ? Theme.action : Theme.background
        border.color: Theme.border
        border.width: Theme.line
        FocusRing { target: key; anchors.fill: parent }
    }
    contentItem: Item {
        Text {
            anchors.centerIn: parent
            visible: key.iconName === ""
            text: key.text
            color: key.down || key.strong ? Theme.actionInk : Theme.text
            font.family: Theme.family
            font.pixelSize: Theme.leadSize
            font.weight: Tokens.weightStrong
            Accessible.ignored: true
        }
        Icon {
            anchors.centerIn: parent
            visible: key.iconName !== ""
            name: key.iconName
            color: key.down || key.strong ? Theme.actionInk : Theme.text
        }
    }
}

// Something that may be left out: a box to tick with its words.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

T.CheckBox {
    id: choice
    implicitHeight: Math.max(Theme.touch, implicitContentHeight + 2 * Theme.gapSmall)
    padding: Theme.gapSmall
    focusPolicy: Qt.StrongFocus
    activeFocusOnTab: true
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checked: checked
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: Theme.radius
        color: choice.checked ? Theme.infoBackground : Theme.background
        border.color: Theme.border
        border.width: Theme.line
        FocusRing { target: choice; anchors.fill: parent }
    }
    contentItem: RowLayout {
        spacing: Theme.gap
        Rectangle {
            implicitWidth: 44 * Theme.unit
            implicitHeight: implicitWidth
            radius: Theme.radius
            color: choice.checked ? Theme.action : Theme.inputBackground
            border.color: choice.checked ? Theme.action : Theme.inputBorder
            border.width: Theme.lineBold
            Icon { anchors.centerIn: parent; visible: choice.checked; name: "check"; color: Theme.actionInk; size: parent.width * 0.8 }
        }
        Text {
            Layout.fillWidth: true
            text: choice.text
            color: Theme.text
            font.family: Theme.family
            font.pixelSize: Theme.bodySize
            font.weight: Tokens.weightStrong
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
    }
}

// A one-line field for the screen's keyboard and a real one.
import QtQuick
import QtQuick.Templates as T

T.TextField {
    id: field
    property string label: ""
    property string description: ""

    implicitWidth: 240 * Theme.unit
    implicitHeight: Math.max(Theme.touch, contentHeight + 2 * Theme.gap)
    leftPadding: Theme.gap
    rightPadding: Theme.gap
    verticalAlignment: TextInput.AlignVCenter
    color: Theme.text
    selectionColor: Theme.action
    selectedTextColor: Theme.actionInk
    font.family: Theme.family
    font.pixelSize: Theme.leadSize
    activeFocusOnTab: true
    Accessible.role: Accessible.EditableText
    Accessible.name: label
    Accessible.description: description

    background: Rectangle {
        radius: Theme.radius
        color: Theme.inputBackground
        border.color: Theme.inputBorder
        border.width: Theme.line
        FocusRing { target: field; anchors.fill: parent }
    }
}

// A button as KERN draws it. `kind`: primary, secondary or tertiary.
import QtQuick
import QtQuick.Templates as T

T.Button {
    id: button
    property string kind: "primary"
    property string iconName: ""
    property bool danger: false
    property string description: ""
    property bool compact: false
    property string language: ""
    readonly property color strongColour: danger ? Theme.danger : Theme.action
    readonly property color inkColour: kind === "primary" ? (danger ? Theme.background : Theme.actionInk) : strongColour

    padding: Theme.gap
    leftPadding: compact ? Theme.gap : Theme.gapLarge
    rightPadding: leftPadding
    implicitWidth: Math.max(Theme.touch, implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(Theme.touch, implicitContentHeight + 2 * Theme.gapSmall)
    opacity: enabled ? 1 : 0.4
    focusPolicy: Qt.StrongFocus
    activeFocusOnTab: true
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.description: description
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: Theme.radius
        color: {
            if (button.kind === "primary")
                return button.down ? Qt.darker(button.strongColour, 1.25) : button.strongColour
            return button.down ? Qt.alpha(button.strongColour, 0.15) : (button.kind === "secondary" ? Theme.background : "transparent")
        }
        border.color: button.strongColour
        border.width: button.kind === "secondary" ? Theme.line : 0
        FocusRing { target: button; anchors.fill: parent }
    }
    contentItem: Item {
        implicitWidth: words.implicitWidth + (mark.visible ? mark.width + words.gap : 0)
        implicitHeight: words.implicitHeight
        Icon {
            id: mark
            visible: button.iconName !== ""
            name: button.iconName
            color: button.inkColour
            anchors.verticalCenter: parent.verticalCenter
            x: Math.max(0, (parent.width - words.paintedWidth - width - words.gap) / 2)
        }
        Text {
            id: words
            readonly property real gap: text === "" ? 0 : Theme.gapSmall
            anchors.verticalCenter: parent.verticalCenter
            x: mark.visible ? mark.x + mark.width + gap : 0
            width: mark.visible ? Math.min(implicitWidth, parent.width - mark.width - gap) : parent.width
            text: button.text
            color: button.inkColour
            font.family: Theme.family
            font.pixelSize: Theme.bodySize
            font.weight: Tokens.weightStrong
            horizontalAlignment: mark.visible ? Text.AlignLeft : Text.AlignHCenter
            wrapMode: Text.WordWrap
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
    }
}

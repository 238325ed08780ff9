// One of several large choices: a title, a line that explains, an arrow onwards.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

T.Button {
    id: card
    property string description: ""
    property string iconName: "arrowForward"
    property string language: ""
    readonly property color ink: enabled ? Theme.action : Theme.mutedText

    padding: Theme.gapLarge
    implicitWidth: 600 * Theme.unit
    implicitHeight: Math.max(Theme.touch * 1.5, implicitContentHeight + 2 * Theme.gap)
    topPadding: Theme.gap
    bottomPadding: Theme.gap
    focusPolicy: Qt.StrongFocus
    activeFocusOnTab: true
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.description: description
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: Theme.radiusLarge
        color: card.down ? Theme.infoBackground : Theme.surface
        border.color: card.down ? Theme.action : Theme.border
        border.width: Theme.line
        FocusRing { target: card; anchors.fill: parent }
    }
    contentItem: RowLayout {
        spacing: Theme.gap
        ColumnLayout {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter
            spacing: Theme.gapSmall / 2
            Text {
                Layout.fillWidth: true
                text: card.text
                color: card.ink
                font.family: Theme.family
                font.pixelSize: Theme.leadSize
                font.weight: Tokens.weightStrong
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
            Text {
                Layout.fillWidth: true
                visible: text !== ""
                text: card.description
                color: Theme.text
                font.family: Theme.family
                font.pixelSize: Theme.bodySize
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
        }
        Icon {
            name: card.enabled ? card.iconName : "close"
            color: card.ink
            Layout.alignment: Qt.AlignVCenter
        }
    }
}

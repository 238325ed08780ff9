// Real-time text of both ends, the newest at the bottom.
import QtQuick

Rectangle {
    id: captions
    objectName: "captions"
    radius: Theme.radius
    color: Theme.surface
    border.color: Theme.border
    border.width: Theme.line
    implicitHeight: 240 * Theme.unit
    clip: true
    Accessible.role: Accessible.List
    Accessible.name: Say.word("call-captions")

    Label {
        anchors.fill: parent
        anchors.margins: Theme.gap
        visible: view.captions.length === 0
        color: Theme.mutedText
        text: Say.word("call-captions-empty")
    }
    Flickable {
        id: scroll
        anchors.fill: parent
        anchors.margins: Theme.gap
        contentHeight: lines.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        onContentHeightChanged: contentY = Math.max(0, contentHeight - height)
        onHeightChanged: contentY = Math.max(0, contentHeight - height)
        Column {
            id: lines
            readonly property string reading: "personal"
            width: parent.width
            spacing: Theme.gapSmall
            Repeater {
                model: view.captions
                delegate: Column {
                    required property var modelData
                    width: parent.width
                    visible: modelData.text !== ""
                    Label {
                        width: parent.width
                        strong: true
                        lineHeight: 1
                        color: modelData.speaker === "clerk" ? Theme.action : Theme.mutedText
                        text: modelData.speaker === "clerk" ? (modelData.name || view.clerk || Say.word("call-office")) : Say.word("call-you")
                    }
                    Label {
                        width: parent.width
                        readonly property bool live: modelData.speaker === "clerk" && modelData.done
                        text: modelData.text + (modelData.done ? "" : " …")
                    }
                }
            }
        }
    }
}

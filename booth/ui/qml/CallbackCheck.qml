import QtQuick
import QtQuick.Layouts

FocusScope {
    Page {
        anchors.fill: parent
        padding: Theme.portrait ? Theme.gapLarge : Theme.gap
        spacing: Theme.portrait ? Theme.gap : Theme.gapSmall
        maxWidth: 1400 * Theme.unit
        Notice {
            objectName: "notice"
            width: parent.width
            kind: "danger"
            text: view.notice ? Say.word(view.notice) : !view.online ? Say.word("waiting-offline") : ""
        }
        Title { width: parent.width; text: Say.word(view.busy ? "callback-sending" : "callback-check-title") }
        Busy { visible: view.busy }
        Rectangle {
            width: parent.width
            implicitHeight: facts.implicitHeight + 2 * Theme.gap
            radius: Theme.radiusLarge
            color: Theme.surface
            border.color: Theme.border
            border.width: Theme.line
            Column {
                id: facts
                x: Theme.gap
                y: Theme.gap
                width: parent.width - 2 * Theme.gap
                Label { width: parent.width; text: Say.word("callback-number-label"); color: Theme.mutedText }
                Label {
                    objectName: "callback-number"
                    readonly property string reading: "personal"
                    width: parent.width
                    text: view.callback.number
                    strong: true
                    color: Theme.action
                    font.pixelSize: Theme.titleSize
                }
                Label {
                    readonly property string reading: "personal"
                    width: parent.width
                    visible: view.callback.name !== ""
                    text: view.callback.name
                }
            }
        }
        Label { width: parent.width; visible: Theme.portrait || view.notice === ""; text: Say.word("callback-check-text") }
        Label {
            width: parent.width
            visible: Theme.portrait || !Theme.largeText && view.notice === ""
            color: Theme.mutedText
            text: Say.word("callback-private")
        }
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "callback-confirm"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                focus: true
                enabled: !view.busy
                iconName: "check"
                text: Say.word("callback-confirm")
                onClicked: booth.confirmCallback()
            }
            ActionButton {
                objectName: "callback-change"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                kind: "secondary"
                enabled: !view.busy
                text: Say.word("callback-change")
                onClicked: booth.back()
            }
        }
    }
}

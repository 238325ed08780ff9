// The conversation: the clerk's picture, what is written, and at its side what the clerk asks for.
import QtQuick
import QtQuick.Layouts
import QtQuick.Window

FocusScope {
    id: call
    property bool typing: false
    readonly property bool asked: view.screen !== "call"
    readonly property bool kept: view.document.kept
    readonly property bool sideways: !Theme.portrait
    readonly property bool hasSide: asked || typing || view.captions.length > 0 || !sideways
    readonly property var panels: ({card: "CardPanel.qml", eid: "EidPanel.qml", still: "StillPanel.qml", summary: "SummaryPanel.qml", document: "DocumentPanel.qml"})

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        GridLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.margins: Theme.gap
            columns: call.sideways ? 2 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            ColumnLayout {
                visible: !call.kept
                Layout.fillWidth: true
                Layout.fillHeight: call.sideways
                Layout.preferredWidth: !call.hasSide ? 1 : call.asked && !call.typing ? 34 : call.typing ? 44 : 70
                spacing: Theme.gap
                Notice {
                    objectName: "verdict"
                    visible: text !== "" && !call.asked
                    Layout.fillWidth: true
                    kind: ["verified", "eid_sent", "eid_pin_changed"].includes(view.verdict) ? "success" : "warning"
                    text: view.verdict ? Say.word("card-verdict-" + view.verdict) : ""
                }
                CompanyNotice { Layout.fillWidth: true }
                CardReminder { Layout.fillWidth: true; visible: text !== "" && !call.asked }
                Notice {
                    objectName: "device-trouble"
                    Layout.fillWidth: true
                    kind: "warning"
                    text: view.device_trouble ? Say.word("device-" + view.device_trouble) : ""
                }
                ClerkPicture {
                    Layout.fillWidth: true
                    Layout.fillHeight: call.sideways
                    implicitHeight: call.sideways ? 0
                        : Math.min((call.width - 2 * Theme.gap) * 9 / 16, call.height * (call.asked || call.typing ? 0.22 : 0.36))
                }
                Captions {
                    visible: call.sideways && (call.typing || call.asked && view.captions.length > 0)
                    Layout.fillWidth: true
                    Layout.preferredHeight: call.height * (call.typing ? 0.36 : 0.25)
                }
            }
            Item {
                visible: call.hasSide
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: call.asked && !call.typing ? 66 : call.typing ? 56 : 30
                Loader {
                    id: panel
                    objectName: "panel"
                    anchors.fill: parent
                    visible: call.asked && !call.typing
                    source: call.panels[view.screen] || ""
                    onLoaded: {
                        call.typing = false
                        item.forceActiveFocus()
                    }
                }
                ColumnLayout {
                    anchors.fill: parent
                    visible: call.typing || !call.asked
                    spacing: Theme.gap
                    Captions {
                        visible: !(call.sideways && call.typing)
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                    }
                    Loader {
                        id: writing
                        Layout.fillWidth: true
                        active: call.typing
                        visible: active
                        source: "TextEntry.qml"
                        onLoaded: item.forceActiveFocus()
                    }
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            visible: !call.kept
            implicitHeight: controls.implicitHeight + 2 * Theme.gap
            color: Theme.surface
            Rectangle { width: parent.width; height: Theme.line; color: Theme.border; opacity: 0.4 }
            GridLayout {
                id: controls
                anchors.fill: parent
                anchors.margins: Theme.gap
                columns: Theme.portrait && Theme.largeText ? 2 : 3
                rowSpacing: Theme.gapSmall
                columnSpacing: Theme.gap
                ActionButton {
                    objectName: "text"
                    focus: true
                    Layout.fillWidth: Theme.portrait
                    Layout.preferredWidth: Theme.portrait ? 1 : -1
                    compact: Theme.portrait
                    kind: "secondary"
                    iconName: "keyboard"
                    text: Say.word(call.typing ? "call-text-close" : "call-text")
                    onClicked: {
                        if (call.typing)
                            writing.item.finish()
                        call.typing = !call.typing
                    }
                }
                ActionButton {
                    objectName: "mute"
                    Layout.fillWidth: Theme.portrait
                    Layout.preferredWidth: Theme.portrait ? 1 : -1
                    compact: Theme.portrait
                    kind: view.muted ? "primary" : "secondary"
                    iconName: "microphone"
                    text: Say.word(view.muted ? "call-unmute" : "call-mute")
                    onClicked: booth.setMuted(!view.muted)
                }
                ActionButton {
                    objectName: "leave"
                    Layout.columnSpan: controls.columns === 2 ? 2 : 1
                    Layout.fillWidth: Theme.portrait
                    Layout.preferredWidth: Theme.portrait ? 1 : -1
                    Layout.alignment: Qt.AlignRight
                    compact: Theme.portrait
                    danger: true
                    iconName: "close"
                    text: Say.word("call-end")
                    onClicked: call.Window.window.leave()
                }
            }
        }
    }
}

// The case as the clerk filled it in, for the citizen to confirm.
import QtQuick
import QtQuick.Layouts

FocusScope {
    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap
        Page {
            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: Theme.gap
            maxWidth: width
            padding: Theme.gapSmall
            Title { width: parent.width; text: Say.word("summary-title"); font.pixelSize: Theme.panelTitleSize }
            Label { width: parent.width; text: view.summary.title; strong: true; font.pixelSize: Theme.leadSize }
            Label { width: parent.width; text: Say.word("summary-text"); color: Theme.mutedText }
            GridLayout {
                width: parent.width
                columns: Theme.portrait || Theme.largeText ? 1 : 2
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                Repeater {
                    model: view.summary.fields
                    delegate: Rectangle {
                        required property var modelData
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        Layout.preferredWidth: 1
                        implicitHeight: pair.implicitHeight + 2 * Theme.gapSmall
                        color: Theme.surface
                        radius: Theme.radius
                        border.color: Theme.border
                        border.width: Theme.highContrast ? Theme.line : 0
                        Column {
                            id: pair
                            x: Theme.gap
                            y: Theme.gapSmall
                            width: parent.width - 2 * Theme.gap
                            Label { width: parent.width; text: modelData.label; color: Theme.mutedText; lineHeight: 1.1 }
                            Label {
                                readonly property string reading: "personal"
                                width: parent.width
                                text: modelData.value
                                strong: true
                            }
                        }
                    }
                }
            }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: Theme.portrait && Theme.largeText ? 1 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gapSmall
            ActionButton {
                objectName: "summary-confirm"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                focus: true
                iconName: "check"
                text: Say.word("summary-confirm")
                onClicked: booth.confirmSummary()
            }
            ActionButton {
                objectName: "summary-changes"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                kind: "secondary"
                text: Say.word("summary-changes")
                onClicked: booth.changeSummary()
            }
        }
    }
}

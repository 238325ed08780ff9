import QtQuick
import QtQuick.Layouts

FocusScope {
    id: step
    readonly property real column: Theme.portrait ? width - 2 * Theme.gap : (width - 2 * Theme.gap - Theme.gapLarge) / 2
    readonly property bool problem: view.callback.problem !== ""

    Page {
        anchors.fill: parent
        padding: Theme.gap
        maxWidth: width
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gap

            ColumnLayout {
                Layout.preferredWidth: step.column
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap
                Title { Layout.fillWidth: true; text: Say.word("callback-title"); font.pixelSize: Theme.panelTitleSize }
                Label { Layout.fillWidth: true; visible: !step.problem; text: Say.word("callback-number-text") }
                Notice {
                    objectName: "callback-problem"
                    Layout.fillWidth: true
                    kind: "danger"
                    text: step.problem ? Say.word("phone-problem-" + view.callback.problem) : ""
                }
                Label { Layout.fillWidth: true; color: Theme.mutedText; text: Say.word("callback-private") }
            }
            ColumnLayout {
                Layout.preferredWidth: step.column
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap
                EntryField {
                    id: entry
                    objectName: "phone-entry"
                    readonly property string reading: "personal"
                    Layout.fillWidth: true
                    focus: true
                    text: view.callback.number
                    label: Say.word("callback-number-label")
                    description: Say.word("callback-number-text")
                    maximumLength: 24
                    horizontalAlignment: TextInput.AlignHCenter
                    inputMethodHints: Qt.ImhDialableCharactersOnly | Qt.ImhSensitiveData
                    validator: RegularExpressionValidator { regularExpression: /[-+0-9 \/()]*/ }
                    onAccepted: booth.givePhone(text)
                }
                NumberPad {
                    reading: "personal"
                    Layout.alignment: Qt.AlignHCenter
                    target: entry
                    plus: true
                    keyWidth: Math.min((step.column - 2 * spacing) / 3, Theme.touch * 2)
                    keyHeight: Theme.touch * (Theme.portrait ? 1 : 0.8)
                }
                ActionButton {
                    objectName: "phone-submit"
                    Layout.fillWidth: true
                    iconName: "arrowForward"
                    enabled: entry.text !== ""
                    text: Say.word("code-done")
                    onClicked: booth.givePhone(entry.text)
                }
            }
        }
    }
}

import QtQuick
import QtQuick.Layouts

FocusScope {
    id: step
    readonly property real column: Theme.portrait ? width - 2 * Theme.gap : (width - 2 * Theme.gap - Theme.gapLarge) / 2
    readonly property bool refused: view.card.fault === "wrong_card_access_number"

    function submit() {
        if (entry.acceptableInput)
            booth.giveNumber(entry.text)
    }
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
                Title { Layout.fillWidth: true; text: Say.word("card-number-title"); font.pixelSize: Theme.panelTitleSize }
                GridLayout {
                    Layout.fillWidth: true
                    columns: Theme.portrait ? 2 : 1
                    columnSpacing: Theme.gap
                    rowSpacing: Theme.gap
                    Label {
                        visible: !step.refused
                        Layout.fillWidth: true
                        text: Say.word("card-number-text")
                    }
                    Notice {
                        objectName: "card-fault"
                        visible: step.refused
                        Layout.fillWidth: true
                        kind: "danger"
                        text: step.refused ? Say.word("card-fault-wrong_card_access_number") : ""
                    }
                    CardPicture {
                        visible: Theme.portrait || !step.refused
                        Layout.preferredWidth: Theme.portrait ? step.width * 0.3 : 300 * Theme.unit
                        Layout.preferredHeight: width * 54 / 86
                        marked: true
                        Accessible.name: Say.word("card-number-picture")
                    }
                }
            }
            ColumnLayout {
                Layout.preferredWidth: step.column
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap
                EntryField {
                    id: entry
                    objectName: "can-entry"
                    readonly property string reading: "secret"
                    Layout.fillWidth: true
                    focus: true
                    label: Say.word("card-number-label")
                    description: Say.word("card-number-text")
                    maximumLength: 6
                    horizontalAlignment: TextInput.AlignHCenter
                    font.letterSpacing: 18 * Theme.unit
                    inputMethodHints: Qt.ImhDigitsOnly | Qt.ImhSensitiveData
                    validator: RegularExpressionValidator { regularExpression: /[0-9]{6}/ }
                    onAccepted: step.submit()
                }
                NumberPad {
                    reading: "secret"
                    Layout.alignment: Qt.AlignHCenter
                    target: entry
                    keyWidth: Math.min((step.column - 2 * spacing) / 3, Theme.touch * 2)
                    keyHeight: Theme.touch * (Theme.portrait ? 1 : 0.86)
                }
            }
            RowLayout {
                Layout.columnSpan: Theme.portrait ? 1 : 2
                Layout.fillWidth: true
                spacing: Theme.portrait ? Theme.gap : Theme.gapLarge
                ActionButton {
                    objectName: "can-decline"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    compact: true
                    kind: "secondary"
                    text: Say.word("card-skip")
                    onClicked: booth.declineCard()
                }
                ActionButton {
                    objectName: "can-confirm"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    compact: true
                    enabled: entry.acceptableInput
                    text: Say.word("card-number-done")
                    onClicked: step.submit()
                }
            }
        }
    }
}

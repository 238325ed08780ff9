import QtQuick
import QtQuick.Layouts

FocusScope {
    id: step
    function submit() {
        if (entry.acceptableInput)
            booth.giveNumber(entry.text)
    }
    Page {
        anchors.fill: parent
        spacing: Theme.gap
        Title { width: parent.width; text: Say.word("card-number-title") }
        Notice {
            width: parent.width
            kind: "danger"
            text: view.card_fault === "wrong_card_access_number" ? Say.word("card-number-again") : ""
        }
        GridLayout {
            width: parent.width
            columns: 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            Label { Layout.fillWidth: true; Layout.preferredWidth: 2; text: Say.word("card-number-text") }
            CardPicture {
                Layout.preferredWidth: step.width * 0.3
                Layout.preferredHeight: width * 54 / 86
                marked: true
                Accessible.name: Say.word("card-number-picture")
            }
        }
        EntryField {
            id: entry
            objectName: "can-entry"
            width: parent.width
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
            anchors.horizontalCenter: parent.horizontalCenter
            target: entry
            keyWidth: Math.min((step.width - 4 * Theme.gapLarge) / 3, Theme.touch * 2)
            keyHeight: Theme.touch * (Theme.portrait ? 1 : 0.84)
        }
        RowLayout {
            width: parent.width
            spacing: Theme.gap
            ActionButton {
                objectName: "can-decline"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                kind: "secondary"
                text: Say.word("card-skip")
                onClicked: booth.declineCard()
            }
            ActionButton {
                objectName: "can-confirm"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                enabled: entry.acceptableInput
                text: Say.word("card-number-done")
                onClicked: step.submit()
            }
        }
    }
}

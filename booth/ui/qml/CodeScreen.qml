import QtQuick
import QtQuick.Layouts

FocusScope {
    function submit() {
        if (entry.acceptableInput)
            booth.submitCode(entry.text)
    }
    Page {
        anchors.fill: parent
        spacing: Theme.gap
        padding: Theme.gap
        maxWidth: 1400 * Theme.unit
        Title { width: parent.width; text: Say.word("code-title") }
        Label { width: parent.width; visible: view.notice === "" && (Theme.portrait || !Theme.largeText); text: Say.word("code-text") }
        Notice {
            objectName: "notice"
            width: parent.width
            kind: "danger"
            text: view.notice ? Say.word(view.notice) : ""
        }
        RowLayout {
            width: parent.width
            spacing: Theme.gap
            EntryField {
                id: entry
                objectName: "code-entry"
                Layout.fillWidth: true
                focus: true
                label: Say.word("code-label")
                description: Say.word("code-text")
                maximumLength: 12
                font.capitalization: Font.AllUppercase
                font.letterSpacing: 6 * Theme.unit
                inputMethodHints: Qt.ImhUppercaseOnly | Qt.ImhNoPredictiveText
                validator: RegularExpressionValidator { regularExpression: /[A-Za-z0-9]{6,12}/ }
                onAccepted: submit()
            }
            ActionButton {
                objectName: "code-submit"
                iconName: "arrowForward"
                text: Say.word("code-done")
                enabled: entry.acceptableInput
                onClicked: submit()
            }
        }
        Keyboard {
            width: parent.width
            target: entry
            keyHeight: Theme.touch * (Theme.portrait ? 0.92 : Theme.largeText ? 0.76 : 0.88)
            code: true
        }
    }
}

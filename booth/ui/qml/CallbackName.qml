import QtQuick
import QtQuick.Layouts

FocusScope {
    Page {
        anchors.fill: parent
        spacing: Theme.gap
        padding: Theme.gap
        maxWidth: 1400 * Theme.unit
        Title { width: parent.width; text: Say.word("callback-name-title"); font.pixelSize: Theme.panelTitleSize }
        Label { width: parent.width; visible: Theme.portrait || !Theme.largeText; text: Say.word("callback-name-text") }
        RowLayout {
            width: parent.width
            spacing: Theme.gap
            EntryField {
                id: entry
                objectName: "name-entry"
                readonly property string reading: "personal"
                Layout.fillWidth: true
                focus: true
                text: view.callback.name
                label: Say.word("callback-name-label")
                description: Say.word("callback-name-text")
                maximumLength: 60
                inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhSensitiveData
                onAccepted: booth.giveName(text)
            }
            ActionButton {
                objectName: "name-submit"
                iconName: "arrowForward"
                text: Say.word(entry.text.trim() === "" ? "callback-name-skip" : "code-done")
                onClicked: booth.giveName(entry.text)
            }
        }
        Keyboard {
            reading: "personal"
            width: parent.width
            target: entry
            keyHeight: Theme.touch * (Theme.portrait ? 0.92 : Theme.largeText ? 0.7 : 0.82)
            onEntered: booth.giveName(entry.text)
        }
    }
}

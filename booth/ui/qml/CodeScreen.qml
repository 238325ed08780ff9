import QtQuick
import QtQuick.Layouts
import Fernamt

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
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gap
            Column {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gapSmall
                Title {
                    width: parent.width
                    text: Say.word("code-title")
                    font.pixelSize: Theme.portrait ? Theme.titleSize : Theme.leadSize
                }
                Label {
                    width: parent.width
                    visible: view.notice === "" && (Theme.portrait || !sight.visible)
                    text: Say.word("code-text")
                }
                Notice {
                    objectName: "notice"
                    width: parent.width
                    kind: "danger"
                    text: view.notice ? Say.word(view.notice) : ""
                }
                Label {
                    width: parent.width
                    visible: sight.visible && (Theme.portrait || view.notice === "")
                    text: Say.word("code-camera")
                }
            }
            Rectangle {
                id: sight
                visible: view.device_trouble.split("-")[0] !== "camera"
                Layout.alignment: Qt.AlignHCenter
                Layout.preferredWidth: Theme.portrait ? 640 * Theme.unit : 340 * Theme.unit
                Layout.preferredHeight: Layout.preferredWidth * 9 / 16
                radius: Theme.radius
                color: Theme.text
                border.color: Theme.border
                border.width: Theme.line
                Picture {
                    objectName: "code-picture"
                    Accessible.role: Accessible.Graphic
                    Accessible.name: Say.word("call-self")
                    anchors.fill: parent
                    anchors.margins: Theme.line
                    feed: selfFeed
                    cover: true
                    mirrored: true
                }
            }
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
            keyHeight: Theme.touch * (Theme.portrait ? 0.92 : Theme.largeText ? 0.72 : 0.84)
            code: true
        }
    }
}

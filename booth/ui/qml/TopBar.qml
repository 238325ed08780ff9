// Where one is, and what helps on every screen: reading aloud, language, contrast, larger text.
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: bar
    readonly property string reading: "bar"
    implicitHeight: row.implicitHeight + 2 * Theme.gapSmall
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: Theme.line
        anchors.bottom: parent.bottom
        color: Theme.border
        opacity: 0.4
    }
    Rectangle {
        width: Theme.lineBold * 2
        height: parent.height
        color: Theme.action
    }
    GridLayout {
        id: row
        anchors.fill: parent
        anchors.topMargin: Theme.gapSmall
        anchors.bottomMargin: Theme.gapSmall
        anchors.leftMargin: Theme.gapLarge
        anchors.rightMargin: Theme.gap
        columns: Theme.portrait ? 1 : 2
        rowSpacing: 0
        columnSpacing: Theme.gapSmall
        Label {
            Layout.fillWidth: true
            strong: true
            text: view.site
            elide: Text.ElideRight
            maximumLineCount: 2
            lineHeight: 1
        }
        RowLayout {
            Layout.alignment: Qt.AlignRight
            spacing: Theme.gapSmall
            ActionButton {
                objectName: "read-aloud"
                kind: view.reading.on ? "primary" : "secondary"
                compact: true
                iconName: "speech"
                text: Say.word("reading")
                description: Say.word("reading-description")
                Accessible.checkable: true
                Accessible.checked: view.reading.on
                onClicked: booth.toggleReading()
            }
            Repeater {
                model: view.languages.filter(language => language !== view.language)
                delegate: ActionButton {
                    required property string modelData
                    objectName: "switch-language-" + modelData
                    language: modelData
                    kind: "tertiary"
                    compact: true
                    iconName: "language"
                    text: Say.inLanguage(modelData, "language-" + modelData)
                    onClicked: booth.setLanguage(modelData)
                }
            }
            ActionButton {
                objectName: "contrast"
                kind: view.high_contrast ? "secondary" : "tertiary"
                compact: true
                iconName: "brightnessMedium"
                text: Theme.portrait ? "" : Say.word("bar-contrast")
                Accessible.name: Say.word("bar-contrast")
                description: Say.word("bar-contrast-description")
                Accessible.checkable: true
                Accessible.checked: view.high_contrast
                onClicked: booth.setHighContrast(!view.high_contrast)
            }
            ActionButton {
                objectName: "text-size"
                kind: view.large_text ? "secondary" : "tertiary"
                compact: true
                iconName: "textSize"
                text: Theme.portrait ? "" : Say.word("bar-text")
                Accessible.name: Say.word("bar-text")
                description: Say.word("bar-text-description")
                Accessible.checkable: true
                Accessible.checked: view.large_text
                onClicked: booth.setLargeText(!view.large_text)
            }
        }
    }
}

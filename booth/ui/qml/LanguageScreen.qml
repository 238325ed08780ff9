import QtQuick
import QtQuick.Layouts

FocusScope {
    Page {
        anchors.fill: parent
        Repeater {
            model: view.languages
            delegate: Title {
                required property string modelData
                readonly property string language: modelData
                width: parent.width
                text: Say.inLanguage(modelData, "language-title")
                color: modelData === view.language ? Theme.text : Theme.mutedText
                font.pixelSize: modelData === view.language ? Theme.titleSize : Theme.leadSize
            }
        }
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gapLarge
            Repeater {
                model: view.languages
                delegate: ChoiceCard {
                    required property string modelData
                    required property int index
                    objectName: "language-" + modelData
                    language: modelData
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    Layout.preferredHeight: Math.max(implicitHeight, Theme.touch * 2)
                    focus: index === 0
                    text: Say.inLanguage(modelData, "language-" + modelData)
                    onClicked: booth.chooseLanguage(modelData)
                }
            }
        }
    }
}

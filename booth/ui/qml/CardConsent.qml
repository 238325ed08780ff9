import QtQuick
import QtQuick.Layouts

FocusScope {
    id: consent
    readonly property var known: [1, 2, 11, 12, 14, 15]

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap
        Page {
            Layout.fillWidth: true
            Layout.fillHeight: true
            padding: Theme.gapSmall
            maxWidth: width
            spacing: Theme.gap
            Title { width: parent.width; text: Say.word("card-consent-title", {document: view.card.document}); font.pixelSize: Theme.panelTitleSize }
            Label { width: parent.width; text: Say.word("card-consent-text") }
            Column {
                width: parent.width
                spacing: Theme.gapSmall
                Repeater {
                    model: [...view.card.groups, 0]
                    delegate: RowLayout {
                        required property int modelData
                        width: parent.width
                        spacing: Theme.gap
                        Icon { name: "check"; color: Theme.success; Layout.alignment: Qt.AlignTop }
                        Label {
                            Layout.fillWidth: true
                            strong: true
                            text: modelData === 0 ? Say.word("card-group-signature")
                                : consent.known.includes(modelData) ? Say.word("card-group-" + modelData)
                                : Say.word("card-group-other", {group: modelData})
                        }
                    }
                }
            }
            Label { width: parent.width; text: Say.word("card-consent-purpose") }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: Theme.portrait && Theme.largeText ? 1 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "consent-agree"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                focus: true
                iconName: "check"
                text: Say.word("card-agree")
                onClicked: booth.consent()
            }
            ActionButton {
                objectName: "consent-decline"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                kind: "secondary"
                text: Say.word("card-decline")
                onClicked: booth.declineCard()
            }
        }
    }
}

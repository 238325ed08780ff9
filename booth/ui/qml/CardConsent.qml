import QtQuick
import QtQuick.Layouts

FocusScope {
    id: consent
    readonly property var known: [1, 2, 11, 12, 14, 15]

    Page {
        anchors.fill: parent
        spacing: Theme.gap
        Title { width: parent.width; text: Say.word("card-consent-title") }
        Label { width: parent.width; text: Say.word("card-consent-text") }
        Repeater {
            model: [...view.card_groups, 0]
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
        Label { width: parent.width; text: Say.word("card-consent-purpose") }
        GridLayout {
            width: parent.width
            columns: Theme.portrait && !Theme.largeText ? 2 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "consent-agree"
                Layout.fillWidth: true
                focus: true
                iconName: "check"
                text: Say.word("card-agree")
                onClicked: booth.consent()
            }
            ActionButton {
                objectName: "consent-decline"
                Layout.fillWidth: true
                kind: "secondary"
                text: Say.word("card-decline")
                onClicked: booth.declineCard()
            }
        }
    }
}

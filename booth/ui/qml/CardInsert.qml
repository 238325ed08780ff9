import QtQuick
import QtQuick.Layouts

FocusScope {
    id: step
    readonly property real column: Theme.portrait ? width - 2 * Theme.gap : (width - 2 * Theme.gap - Theme.gapLarge) / 2

    Page {
        anchors.fill: parent
        padding: Theme.gap
        maxWidth: width
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gapLarge
            ColumnLayout {
                Layout.preferredWidth: step.column
                spacing: Theme.gap
                Title { Layout.fillWidth: true; text: Say.word("card-insert-title", {document: view.card.document}); font.pixelSize: Theme.panelTitleSize }
                Label { Layout.fillWidth: true; text: Say.word("card-insert-text", {document: view.card.document}) }
                Notice {
                    objectName: "reader-trouble"
                    Layout.fillWidth: true
                    kind: "warning"
                    text: ["no_reader", "service_down"].includes(view.card.reader) ? Say.word("card-reader-trouble") : ""
                }
            }
            ReaderPicture { Layout.alignment: Qt.AlignHCenter }
            ActionButton {
                objectName: "number-change"
                Layout.preferredWidth: step.column
                focus: true
                kind: "secondary"
                text: Say.word(view.card.document === "passport" ? "card-zone-change" : "card-number-change")
                onClicked: booth.retypeNumber()
            }
            ActionButton {
                objectName: "card-skip"
                Layout.preferredWidth: step.column
                kind: "secondary"
                text: Say.word("card-skip")
                onClicked: booth.declineCard()
            }
        }
    }
}

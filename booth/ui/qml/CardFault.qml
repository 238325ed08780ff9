import QtQuick
import QtQuick.Layouts

FocusScope {
    Page {
        anchors.fill: parent
        padding: Theme.gap
        Title { width: parent.width; text: Say.word("card-fault-title"); font.pixelSize: Theme.panelTitleSize }
        Notice {
            objectName: "card-fault"
            width: parent.width
            kind: "danger"
            text: view.card.fault ? Say.word("card-fault-" + view.card.fault) : ""
        }
        ActionButton {
            objectName: "card-retry"
            focus: true
            width: parent.width
            text: Say.word("card-retry")
            onClicked: booth.retryCard()
        }
        GridLayout {
            width: parent.width
            columns: Theme.largeText && Theme.portrait ? 1 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "card-retype"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                kind: "secondary"
                text: Say.word(view.card.document === "passport" ? "card-zone-change" : "card-retype")
                onClicked: booth.retypeNumber()
            }
            ActionButton {
                objectName: "card-skip"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                kind: "secondary"
                text: Say.word("card-skip")
                onClicked: booth.declineCard()
            }
        }
    }
}

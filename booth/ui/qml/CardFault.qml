import QtQuick

FocusScope {
    readonly property bool wrongNumber: view.card_fault === "wrong_card_access_number"
    Page {
        anchors.fill: parent
        Title { width: parent.width; text: Say.word("card-fault-title") }
        Notice {
            objectName: "card-fault"
            width: parent.width
            kind: "danger"
            text: view.card_fault ? Say.word("card-fault-" + view.card_fault) : ""
        }
        ActionButton {
            objectName: "card-retype"
            width: parent.width
            focus: wrongNumber
            kind: wrongNumber ? "primary" : "secondary"
            text: Say.word("card-retype")
            onClicked: booth.retypeNumber()
        }
        ActionButton {
            objectName: "card-retry"
            visible: !wrongNumber
            focus: !wrongNumber
            width: parent.width
            text: Say.word("card-retry")
            onClicked: booth.retryCard()
        }
        ActionButton {
            objectName: "card-skip"
            width: parent.width
            kind: "secondary"
            text: Say.word("card-skip")
            onClicked: booth.declineCard()
        }
    }
}

import QtQuick

FocusScope {
    Page {
        anchors.fill: parent
        padding: Theme.gap
        Title { width: parent.width; text: Say.word("eid-failed-title"); font.pixelSize: Theme.panelTitleSize }
        Notice {
            objectName: "eid-fault"
            width: parent.width
            kind: "danger"
            text: view.eid.fault ? Say.word("eid-fault-" + view.eid.fault) : Say.word("eid-failed-title")
        }
        Label { width: parent.width; text: Say.word("eid-failed-text") }
        ActionButton {
            objectName: "eid-close"
            focus: true
            width: parent.width
            text: Say.word("eid-close")
            onClicked: booth.declineEid()
        }
    }
}

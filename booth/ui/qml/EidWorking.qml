import QtQuick

FocusScope {
    readonly property bool working: view.eid.step === "working"

    Page {
        anchors.fill: parent
        padding: Theme.gap
        Title { width: parent.width; text: Say.word("eid-" + view.eid.step + "-title"); font.pixelSize: Theme.panelTitleSize }
        Label { width: parent.width; text: Say.word("eid-" + view.eid.step + "-text") }
        Busy {}
        ActionButton {
            objectName: "eid-skip"
            visible: view.eid.step !== "cancelling"
            focus: true
            width: parent.width
            kind: "secondary"
            text: Say.word("eid-skip")
            onClicked: booth.declineEid()
        }
    }
}

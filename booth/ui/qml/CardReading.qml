import QtQuick

FocusScope {
    Page {
        anchors.fill: parent
        padding: Theme.gap
        Title { width: parent.width; text: Say.word("card-reading-title", {document: view.card.document}); font.pixelSize: Theme.panelTitleSize }
        Label { width: parent.width; text: Say.word("card-reading-text", {document: view.card.document}) }
        Rectangle {
            width: parent.width
            height: 36 * Theme.unit
            radius: height / 2
            color: Theme.surface
            border.color: Theme.border
            border.width: Theme.line
            Accessible.role: Accessible.ProgressBar
            Accessible.name: Say.word("card-reading-progress", {percent: Math.round(view.card.progress * 100)})
            Rectangle {
                width: Math.max(parent.height, parent.width * view.card.progress)
                height: parent.height
                radius: parent.radius
                color: Theme.action
                Behavior on width { NumberAnimation { duration: 200 } }
            }
        }
        Label {
            width: parent.width
            text: Say.word("card-reading-progress", {percent: Math.round(view.card.progress * 100)})
        }
        ActionButton {
            objectName: "card-skip"
            focus: true
            width: parent.width
            kind: "secondary"
            text: Say.word("card-skip")
            onClicked: booth.declineCard()
        }
    }
}

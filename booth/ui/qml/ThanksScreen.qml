import QtQuick
import QtQuick.Layouts

FocusScope {
    Page {
        anchors.fill: parent
        padding: Theme.portrait ? Theme.gapLarge : Theme.gap
        spacing: Theme.portrait ? Theme.gapLarge : Theme.gap
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gapLarge
            Icon {
                readonly property bool unsure: view.ending === "lost" || view.ending === "callback_unsure"
                name: unsure ? "info" : "success"
                color: unsure ? Theme.info : Theme.success
                size: (Theme.portrait ? 200 : 120) * Theme.unit
            }
            Title {
                objectName: "thanks-title"
                Layout.fillWidth: true
                text: view.ending ? Say.word("thanks-" + view.ending) : ""
            }
        }
        Label {
            objectName: "thanks-next"
            width: parent.width
            visible: text !== ""
            text: view.ending === "callback" ? Say.word("thanks-callback-next")
                : view.ending === "callback_unsure" ? Say.word("thanks-callback_unsure-next") : ""
        }
        Notice {
            width: parent.width
            kind: view.wiped ? "success" : view.busy ? "info" : "danger"
            text: view.wiped ? Say.word("thanks-wiped") : view.busy ? Say.word("thanks-wiping") : Say.word("unavailable-not_wiped")
        }
        CardReminder { width: parent.width }
        Label { width: parent.width; visible: !view.card_there; text: Say.word("thanks-card"); strong: true }
        Label {
            width: parent.width
            visible: view.countdown_s != null
            color: Theme.mutedText
            text: view.countdown_s != null ? Say.word("thanks-countdown", {seconds: view.countdown_s}) : ""
        }
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "finish"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                focus: true
                enabled: !view.busy && !view.card_there
                text: Say.word("thanks-finish")
                onClicked: booth.finish()
            }
            ActionButton {
                objectName: "extend"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                kind: "secondary"
                enabled: !view.busy
                text: Say.word("thanks-extend")
                onClicked: booth.touched()
            }
        }
    }
}

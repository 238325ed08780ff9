// The conversation rests: on hold it stands but nothing is sent, parked it will be taken up again by a new call.
import QtQuick
import QtQuick.Layouts

FocusScope {
    readonly property bool parked: view.screen === "parked"
    readonly property string who: view.clerk || Say.word("hold-somebody")
    focus: true

    Page {
        anchors.fill: parent
        padding: Theme.portrait ? Theme.gapLarge : Theme.gap
        spacing: Theme.portrait ? Theme.gapLarge : Theme.gap
        Notice {
            objectName: "notice"
            width: parent.width
            kind: "warning"
            text: view.online || !parked ? "" : Say.word("waiting-offline")
        }
        CompanyNotice { width: parent.width }
        Icon { name: "pause"; color: Theme.action; size: (Theme.portrait ? 160 : 110) * Theme.unit }
        Title {
            objectName: "pause-title"
            width: parent.width
            text: Say.word(parked ? "parked-title" : "hold-title")
        }
        Label {
            width: parent.width
            font.pixelSize: Theme.leadSize
            text: parked ? Say.word("parked-text") : Say.word("hold-unseen", {who: who})
            Accessible.role: Accessible.AlertMessage
        }
        Label {
            objectName: "parked-since"
            width: parent.width
            visible: parked
            text: parked ? Say.word("parked-since", {time: view.parked_since, minutes: Math.floor(view.parked_s / 60)}) : ""
        }
        RowLayout {
            width: parent.width
            spacing: Theme.gap
            Icon { name: parked ? "success" : "visibilityOff"; color: Theme.success; Layout.alignment: Qt.AlignTop }
            Label { Layout.fillWidth: true; text: parked ? Say.word("parked-kept", {number: view.ticket}) : Say.word("hold-off") }
        }
        Label { width: parent.width; text: Say.word(parked ? "parked-leave" : "hold-leave"); color: Theme.mutedText }
    }
}

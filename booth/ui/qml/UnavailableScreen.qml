import QtQuick

FocusScope {
    readonly property bool starting: view.trouble === "unavailable-starting"
    focus: true

    Page {
        anchors.fill: parent
        Icon { name: starting ? "info" : "warning"; color: starting ? Theme.info : Theme.warning; size: 160 * Theme.unit }
        Title { width: parent.width; text: Say.word(starting ? "unavailable-starting" : "unavailable-title") }
        Label { width: parent.width; visible: !starting; text: view.trouble ? Say.word(view.trouble) : "" }
        Busy {}
        Label { width: parent.width; text: Say.word("unavailable-text"); color: Theme.mutedText; visible: !starting }
    }
}

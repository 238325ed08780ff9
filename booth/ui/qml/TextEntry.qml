// Real-time text (EN 301 549, 6.2): every change goes out at once, the check mark closes the line.
import QtQuick

FocusScope {
    implicitHeight: column.implicitHeight

    // An open line is closed when the field goes away; an emptied one is sent as empty.
    property bool open: false

    function finish() {
        if (open)
            booth.writeText(entry.text, true)
        open = false
        entry.clear()
    }
    Column {
        id: column
        width: parent.width
        spacing: Theme.gapSmall
        Label { width: parent.width; visible: Theme.portrait || !Theme.largeText; text: Say.word("call-text-hint"); color: Theme.mutedText }
        EntryField {
            id: entry
            objectName: "text-entry"
            readonly property string reading: "personal"
            width: parent.width
            focus: true
            label: Say.word("call-text-label")
            maximumLength: 1000
            font.pixelSize: Theme.bodySize
            onTextChanged: if (open || text !== "") {
                open = true
                booth.writeText(text, false)
            }
            onAccepted: finish()
        }
        Keyboard {
            reading: "personal"
            width: parent.width
            target: entry
            keyHeight: Theme.touch * (Theme.portrait ? 0.92 : 0.86)
            onEntered: finish()
        }
    }
}

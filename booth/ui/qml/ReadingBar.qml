// How it is read aloud, there while it is: once more, silence, how fast, how loud, and whether also what is one's own.
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: strip
    readonly property string reading: "bar"
    visible: view.reading.on
    implicitHeight: controls.implicitHeight + 2 * Theme.gapSmall
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: Theme.line
        anchors.bottom: parent.bottom
        color: Theme.border
        opacity: 0.4
    }
    GridLayout {
        id: controls
        anchors.fill: parent
        anchors.margins: Theme.gapSmall
        columns: Theme.portrait ? 2 : 4
        columnSpacing: Theme.gapSmall
        rowSpacing: Theme.gapSmall
        ActionButton {
            objectName: "read-again"
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            compact: true
            kind: "tertiary"
            text: Say.word("reading-again")
            description: Say.word("reading-again-description")
            onClicked: booth.readAgain()
        }
        ActionButton {
            objectName: "read-pace"
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            compact: true
            kind: "tertiary"
            text: Say.word("reading-pace", {pace: view.reading.pace})
            onClicked: booth.changePace()
        }
        ActionButton {
            objectName: "read-loudness"
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            compact: true
            kind: "tertiary"
            text: Say.word("reading-loudness", {loudness: view.reading.loudness})
            onClicked: booth.changeLoudness()
        }
        ActionButton {
            objectName: "read-personal"
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            compact: true
            kind: view.reading.personal ? "secondary" : "tertiary"
            text: Say.word("reading-personal")
            description: Say.word("reading-personal-description")
            Accessible.checkable: true
            Accessible.checked: view.reading.personal
            onClicked: booth.togglePersonal()
        }
    }
}

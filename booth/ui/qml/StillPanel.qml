// The clerk asks for a still: agree and be photographed, look at the picture, send it or not.
import QtQuick
import QtQuick.Layouts
import Fernamt

FocusScope {
    id: panel
    readonly property bool checking: view.still.step === "check"

    onCheckingChanged: main.forceActiveFocus()

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap
        Title {
            Layout.fillWidth: true
            text: Say.word(panel.checking ? "still-check-title" : "still-title")
            font.pixelSize: Theme.panelTitleSize
        }
        Label {
            Layout.fillWidth: true
            visible: Theme.portrait || !panel.checking && !view.still.failed
            text: Say.word(panel.checking ? "still-check-text" : "still-text")
        }
        Notice {
            objectName: "still-failed"
            Layout.fillWidth: true
            kind: "danger"
            text: view.still.failed ? Say.word("still-failed") : ""
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.fillHeight: true
            radius: Theme.radius
            color: Theme.dark
            Picture {
                objectName: "still-live"
                anchors.fill: parent
                visible: !panel.checking
                feed: selfFeed
                mirrored: true
                Accessible.role: Accessible.Graphic
                Accessible.name: Say.word(hasPicture ? "call-self" : "call-self-off")
            }
            Image {
                objectName: "still-picture"
                anchors.fill: parent
                visible: panel.checking
                fillMode: Image.PreserveAspectFit
                cache: false
                source: view.still.key === "" ? "" : "image://pages/" + view.still.key + "/1"
                Accessible.role: Accessible.Graphic
                Accessible.name: Say.word("still-picture")
            }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: Theme.portrait && Theme.largeText ? 1 : panel.checking ? 3 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gapSmall
            ActionButton {
                id: main
                objectName: panel.checking ? "still-send" : "still-take"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                compact: true
                focus: true
                iconName: "check"
                text: Say.word(panel.checking ? "still-send" : "still-take")
                onClicked: panel.checking ? booth.sendStill() : booth.takeStill()
            }
            ActionButton {
                objectName: "still-again"
                visible: panel.checking
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                compact: true
                kind: "secondary"
                text: Say.word("still-again")
                onClicked: booth.againStill()
            }
            ActionButton {
                objectName: "still-decline"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                compact: true
                kind: "secondary"
                text: Say.word("still-decline")
                onClicked: booth.declineStill()
            }
        }
    }
}

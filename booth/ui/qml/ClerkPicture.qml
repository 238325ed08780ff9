// The clerk large, the citizen small in the corner. A clerk who is not heard any more is not shown standing still: words
// take the place of the pictures until they move again.
import QtQuick
import QtQuick.Layouts
import Fernamt

Rectangle {
    id: frame
    readonly property bool lost: view.link === "suspect" || view.link === "failed"
    readonly property bool connecting: view.link !== "connected" && !lost

    radius: Theme.radius
    color: Theme.dark
    clip: true

    Icon {
        anchors.centerIn: parent
        visible: !clerk.hasPicture && !frame.lost
        name: "accountCircle"
        color: Theme.border
        size: Math.min(parent.width, parent.height) * 0.5
    }
    Picture {
        id: clerk
        objectName: "clerk-picture"
        Accessible.role: Accessible.Graphic
        Accessible.name: view.clerk ? Say.word("call-clerk", {name: view.clerk}) : Say.word("call-clerk-unknown")
        anchors.fill: parent
        visible: !frame.lost
        feed: clerkFeed
    }
    Rectangle {
        visible: view.clerk !== "" && !frame.lost
        anchors.left: parent.left
        anchors.bottom: parent.bottom
        anchors.margins: Theme.gapSmall
        width: Math.min(who.implicitWidth + 2 * Theme.gapSmall, parent.width - own.width - 4 * Theme.gapSmall)
        height: who.implicitHeight + Theme.gapSmall
        radius: Theme.radius
        color: Qt.alpha(Theme.dark, 0.85)
        Label {
            id: who
            objectName: "clerk-name"
            anchors.verticalCenter: parent.verticalCenter
            x: Theme.gapSmall
            width: parent.width - 2 * Theme.gapSmall
            text: view.clerk
            color: Theme.darkInk
            elide: Text.ElideRight
            wrapMode: Text.NoWrap
            lineHeight: 1
        }
    }
    Rectangle {
        id: own
        visible: !frame.lost
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: Theme.gapSmall
        width: Math.min(frame.width * 0.28, frame.height * 0.42 * 16 / 9, 400 * Theme.unit)
        height: width * 9 / 16
        radius: Theme.radius
        color: Theme.text
        border.color: Theme.darkInk
        border.width: Theme.line
        Icon {
            anchors.centerIn: parent
            visible: !self.hasPicture
            name: "visibilityOff"
            color: Theme.darkInk
            size: parent.height * 0.4
        }
        Picture {
            id: self
            objectName: "self-picture"
            Accessible.role: Accessible.Graphic
            Accessible.name: Say.word(hasPicture ? "call-self" : "call-self-off")
            anchors.fill: parent
            anchors.margins: Theme.line
            feed: selfFeed
            cover: true
            mirrored: true
        }
    }
    Rectangle {
        visible: view.muted
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.gapSmall
        width: muted.implicitWidth + 2 * Theme.gapSmall
        height: muted.implicitHeight + Theme.gapSmall
        radius: Theme.radius
        color: Qt.alpha(Theme.dark, 0.85)
        Label {
            id: muted
            anchors.centerIn: parent
            text: Say.word("call-muted")
            color: Theme.darkInk
            lineHeight: 1
        }
    }
    Rectangle {
        objectName: "call-connecting"
        visible: frame.connecting
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        height: connecting.implicitHeight + 2 * Theme.gapSmall
        color: Qt.alpha(Theme.dark, 0.85)
        RowLayout {
            id: connecting
            anchors.fill: parent
            anchors.margins: Theme.gapSmall
            spacing: Theme.gap
            Busy { Layout.leftMargin: Theme.gapSmall }
            Label {
                Layout.fillWidth: true
                color: Theme.darkInk
                text: Say.word("call-connecting")
                Accessible.role: Accessible.AlertMessage
            }
        }
    }
    ColumnLayout {
        objectName: "call-reconnecting"
        visible: frame.lost
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.gap
        spacing: Theme.gap
        Busy { Layout.alignment: Qt.AlignHCenter }
        Label {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            color: Theme.darkInk
            text: Say.word("call-reconnecting")
            Accessible.role: Accessible.AlertMessage
        }
        Label {
            Layout.fillWidth: true
            visible: frame.height > 10 * Theme.bodySize
            horizontalAlignment: Text.AlignHCenter
            color: Theme.darkInk
            text: Say.word("call-reconnecting-text")
        }
    }
}

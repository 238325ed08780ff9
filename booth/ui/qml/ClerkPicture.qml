// The clerk large, and beside them whoever has joined; the citizen small in the corner. A clerk who is not heard any more is not shown standing still: words
// take the place of the pictures until they move again.
import QtQuick
import QtQuick.Layouts
import Fernamt

Rectangle {
    id: frame
    readonly property bool lost: view.link === "suspect" || view.link === "failed"
    readonly property bool accompanied: view.guest.role !== "" && !lost
    readonly property bool guestLost: view.guest.link === "suspect" || view.guest.link === "failed"
    readonly property bool connecting: view.link !== "connected" && !lost

    radius: Theme.radius
    color: Theme.dark
    clip: true

    Grid {
        id: others
        readonly property bool beside: frame.width > 1.2 * frame.height
        readonly property real cellWidth: frame.accompanied && beside ? frame.width / 2 : frame.width
        readonly property real cellHeight: frame.accompanied && !beside ? frame.height / 2 : frame.height
        anchors.fill: parent
        columns: beside ? 2 : 1

        PersonPicture {
            width: others.cellWidth
            height: others.cellHeight
            pictureName: "clerk-picture"
            labelName: "clerk-name"
            feed: view.feed === 1 ? guestFeed : clerkFeed
            name: view.clerk
            spoken: view.clerk ? Say.word("call-clerk", {name: view.clerk}) : Say.word("call-clerk-unknown")
            lost: frame.lost
            labelOnTop: frame.accompanied
            labelSpace: frame.accompanied ? width : width - own.width - 2 * Theme.gapSmall
        }
        PersonPicture {
            id: guest
            visible: frame.accompanied
            width: others.cellWidth
            height: others.cellHeight
            pictureName: "guest-picture"
            labelName: "guest-name"
            feed: view.guest.feed === 1 ? guestFeed : clerkFeed
            name: view.guest.name
            label: name + (name === "" ? "" : " · ") + (view.guest.role ? Say.word("guest-role-" + view.guest.role) : "")
            spoken: name ? Say.word("call-clerk", {name: label}) : label
            lost: frame.guestLost
            labelOnTop: true
            Label {
                objectName: "guest-reconnecting"
                x: Theme.gap
                y: Theme.gap
                width: parent.width - 2 * Theme.gap
                visible: frame.guestLost
                horizontalAlignment: Text.AlignHCenter
                color: Theme.darkInk
                text: guest.label + ": " + Say.word("call-guest-reconnecting")
                Accessible.role: Accessible.AlertMessage
            }
        }
    }
    Rectangle {
        id: own
        readonly property string reading: "bar"
        visible: !frame.lost
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: Theme.gapSmall
        width: Math.min(frame.width * (frame.accompanied ? 0.2 : 0.28), frame.height * 0.42 * 16 / 9, 400 * Theme.unit)
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
        x: frame.accompanied ? Theme.gapSmall : parent.width - width - Theme.gapSmall
        y: frame.accompanied ? parent.height - height - Theme.gapSmall : Theme.gapSmall
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

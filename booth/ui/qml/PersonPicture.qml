// One of the others in the call, and who it is. Somebody who is not heard any more is not shown standing still.
import QtQuick
import Fernamt

Item {
    id: person
    property QtObject feed
    property string pictureName
    property string labelName
    property string name
    property string label: name
    property string spoken
    property bool lost: false
    property real labelSpace: width
    property bool labelOnTop: false

    clip: true

    Icon {
        anchors.centerIn: parent
        visible: !picture.hasPicture && !person.lost
        name: "accountCircle"
        color: Theme.border
        size: Math.min(parent.width, parent.height) * 0.5
    }
    Picture {
        id: picture
        objectName: person.pictureName
        Accessible.role: Accessible.Graphic
        Accessible.name: person.spoken
        anchors.fill: parent
        visible: !person.lost
        feed: person.feed
    }
    Rectangle {
        visible: person.label !== "" && !person.lost
        anchors.left: parent.left
        y: person.labelOnTop ? Theme.gapSmall : parent.height - height - Theme.gapSmall
        anchors.leftMargin: Theme.gapSmall
        width: Math.min(who.implicitWidth + 2 * Theme.gapSmall, person.labelSpace - 2 * Theme.gapSmall)
        height: who.implicitHeight + Theme.gapSmall
        radius: Theme.radius
        color: Qt.alpha(Theme.dark, 0.85)
        Label {
            id: who
            objectName: person.labelName
            readonly property string reading: "bar"
            anchors.verticalCenter: parent.verticalCenter
            x: Theme.gapSmall
            width: parent.width - 2 * Theme.gapSmall
            text: person.label
            color: Theme.darkInk
            elide: Text.ElideRight
            wrapMode: person.labelOnTop ? Text.Wrap : Text.NoWrap
            maximumLineCount: person.labelOnTop && person.height > 8 * Theme.bodySize ? 2 : 1
            lineHeight: 1
        }
    }
}

// KERN's focus mark: a bold line around, at a little distance.
import QtQuick

Rectangle {
    property Item target: parent

    anchors.fill: target
    anchors.margins: -2 * Theme.lineBold
    visible: target && target.activeFocus
    color: "transparent"
    border.color: Theme.focus
    border.width: Theme.lineBold
    radius: Theme.radius + Theme.lineBold
}

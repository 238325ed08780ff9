// Something is going on; three dots that pulse slowly.
import QtQuick

Row {
    spacing: Theme.gap
    Accessible.ignored: true
    Repeater {
        model: 3
        delegate: Rectangle {
            required property int index
            width: Theme.gap
            height: width
            radius: width / 2
            color: Theme.action
            SequentialAnimation on opacity {
                running: parent.visible
                loops: Animation.Infinite
                PauseAnimation { duration: index * 250 }
                NumberAnimation { from: 1; to: 0.2; duration: 500 }
                NumberAnimation { from: 0.2; to: 1; duration: 500 }
                PauseAnimation { duration: (2 - index) * 250 }
            }
        }
    }
}

// The eID function: who asks for what, laying the card down, PIN, CAN or PUK, and what to do when it went wrong.
import QtQuick

FocusScope {
    readonly property var steps: ({starting: "EidWorking.qml", rights: "EidRights.qml", working: "EidWorking.qml",
                                   card: "EidCard.qml", position: "EidCard.qml", pin: "EidEntry.qml",
                                   can: "EidEntry.qml", puk: "EidEntry.qml", new_pin: "EidEntry.qml",
                                   switching: "EidWorking.qml", cancelling: "EidWorking.qml", failed: "EidFault.qml"})
    Loader {
        anchors.fill: parent
        source: steps[view.eid.step] || ""
        onLoaded: item.forceActiveFocus()
    }
}

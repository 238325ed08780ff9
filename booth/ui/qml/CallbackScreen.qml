// Being called back: the number, a name if one likes, a last look.
import QtQuick

FocusScope {
    readonly property var steps: ({number: "CallbackNumber.qml", name: "CallbackName.qml", check: "CallbackCheck.qml"})

    Loader {
        objectName: "callback-step"
        anchors.fill: parent
        source: steps[view.callback.step] || ""
        focus: true
        onLoaded: item.forceActiveFocus()
    }
}

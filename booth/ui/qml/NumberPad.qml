// Digits for the field `target`; with `plus` also the + of a country.
import QtQuick

Grid {
    id: pad
    property Item target
    property bool plus: false
    property string reading: ""
    property real keyWidth: Theme.touch * 1.5
    property real keyHeight: Theme.touch

    columns: 3
    spacing: Theme.gapSmall

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", pad.plus ? "+" : "", "0", "backspace"]
        delegate: Key {
            required property string modelData
            readonly property bool erases: modelData === "backspace"
            objectName: modelData === "" ? "" : "key-" + modelData
            width: pad.keyWidth
            height: pad.keyHeight
            opacity: modelData === "" ? 0 : 1
            enabled: modelData !== ""
            text: erases ? "" : modelData
            iconName: erases ? "backspace" : ""
            spoken: erases ? Say.word("key-backspace") : modelData === "+" ? Say.word("key-plus") : modelData
            Accessible.ignored: modelData === ""
            onClicked: erases ? pad.target.remove(pad.target.length - 1, pad.target.length)
                              : pad.target.insert(pad.target.length, modelData)
        }
    }
}

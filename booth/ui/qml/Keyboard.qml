// Letters for the field `target`, in the order of the visit's language. `code`: capitals and digits only.
import QtQuick

Column {
    id: keyboard
    property Item target
    property bool code: false
    property bool shifted: false
    property string reading: ""
    readonly property bool german: view.language === "de"
    readonly property var letters: german
        ? (code ? ["1234567890", "QWERTZUIOP", "ASDFGHJKL", "YXCVBNM<"]
                : ["1234567890ß", "qwertzuiopü", "asdfghjklöä", "yxcvbnm,.-"])
        : (code ? ["1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM<"]
                : ["1234567890", "qwertyuiop", "asdfghjkl'", "zxcvbnm,.-"])
    readonly property int longest: Math.max(...letters.map(row => row.length))
    property real keyHeight: Theme.touch * 0.92
    readonly property real keyWidth: Math.min((width - (longest - 1) * spacing) / longest, Theme.touch * 1.3)
    signal entered

    spacing: Theme.gapSmall / 2

    function write(character) {
        target.insert(target.cursorPosition, shifted ? character.toUpperCase() : character)
        shifted = false
    }

    function erase() {
        if (target.cursorPosition > 0)
            target.remove(target.cursorPosition - 1, target.cursorPosition)
    }

    Repeater {
        model: keyboard.letters
        delegate: Row {
            required property string modelData
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: keyboard.spacing
            Repeater {
                model: modelData.split("")
                delegate: Key {
                    required property string modelData
                    readonly property bool erases: modelData === "<"
                    objectName: "key-" + (erases ? "backspace" : modelData.toLowerCase())
                    width: keyboard.keyWidth * (erases ? 1.6 : 1)
                    height: keyboard.keyHeight
                    text: erases ? "" : keyboard.shifted ? modelData.toUpperCase() : modelData
                    iconName: erases ? "backspace" : ""
                    spoken: erases ? Say.word("key-backspace") : text
                    onClicked: erases ? keyboard.erase() : keyboard.write(modelData)
                }
            }
        }
    }
    Row {
        visible: !keyboard.code
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: keyboard.spacing
        Key {
            objectName: "key-shift"
            width: keyboard.keyWidth * 1.6
            height: keyboard.keyHeight
            iconName: "shift"
            strong: keyboard.shifted
            spoken: Say.word("key-shift")
            onClicked: keyboard.shifted = !keyboard.shifted
        }
        Key {
            objectName: "key-question"
            width: keyboard.keyWidth
            height: keyboard.keyHeight
            text: "?"
            onClicked: keyboard.write("?")
        }
        Key {
            objectName: "key-space"
            width: keyboard.keyWidth * 4
            height: keyboard.keyHeight
            text: ""
            spoken: Say.word("key-space")
            onClicked: keyboard.write(" ")
        }
        Key {
            objectName: "key-backspace"
            width: keyboard.keyWidth * 1.6
            height: keyboard.keyHeight
            iconName: "backspace"
            spoken: Say.word("key-backspace")
            onClicked: keyboard.erase()
        }
        Key {
            objectName: "key-enter"
            width: keyboard.keyWidth * 1.6
            height: keyboard.keyHeight
            iconName: "check"
            spoken: Say.word("key-enter")
            onClicked: keyboard.entered()
        }
    }
}

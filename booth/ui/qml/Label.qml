// Running text: wraps, and screen readers know it.
import QtQuick

Text {
    property bool strong: false

    color: Theme.text
    font.family: Theme.family
    font.pixelSize: Theme.bodySize
    font.weight: strong ? Tokens.weightStrong : Tokens.weightRegular
    lineHeight: 1.2
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    Accessible.role: Accessible.StaticText
    Accessible.name: text
    Accessible.ignored: text === ""
}

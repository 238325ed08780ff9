// The card still lies on the reader: shown large, and said again and again to whoever does not see it.
import QtQuick

Notice {
    id: reminder
    objectName: "card-reminder"
    kind: "warning"
    readonly property int again: 8000

    text: view.card_there ? Say.word("card-there") : ""
    onTextChanged: if (text !== "") Accessible.announce(text, Accessible.Assertive)
    Component.onCompleted: if (text !== "") Accessible.announce(text, Accessible.Assertive)

    Timer {
        interval: reminder.again
        repeat: true
        running: reminder.visible && reminder.text !== "" && view.screen === "thanks"
        onTriggered: reminder.Accessible.announce(reminder.text, Accessible.Assertive)
    }
}

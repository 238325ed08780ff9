// What opens a passport's chip, typed: one field after the other, and back again.
import QtQuick
import QtQuick.Layouts

FocusScope {
    id: step
    readonly property var names: ["number", "birth", "expiry"]
    readonly property string field: names[place]
    readonly property bool refused: view.card.fault === "wrong_machine_readable_zone"
    property int place: 0
    property var values: view.card.typed.length === 3 ? [...view.card.typed] : ["", "", ""]
    readonly property bool complete: place === 0 ? entry.text.length >= 4 : entry.text.length === 8
    readonly property string shown: problem !== "" ? Say.word("card-typing-problem-" + problem)
        : refused ? Say.word("card-fault-wrong_machine_readable_zone") : ""
    property string problem: view.card.problem

    // The desk has looked at what was typed: show the field that cannot be right.
    onProblemChanged: if (problem !== "") go(names.indexOf(problem))

    function keep() {
        const kept = [...values]
        kept[place] = entry.text
        values = kept
    }
    function go(where) {
        place = where
        entry.text = values[where]
        entry.forceActiveFocus()
    }
    function back() {
        keep()
        go(place - 1)
    }
    function on() {
        if (!complete)
            return
        keep()
        if (place < 2)
            go(place + 1)
        else {
            // The same problem again must be shown again.
            problem = ""
            booth.giveZone(values[0], values[1], values[2])
            problem = Qt.binding(() => view.card.problem)
        }
    }

    Component.onCompleted: go(Math.max(0, names.indexOf(problem)))

    Page {
        anchors.fill: parent
        padding: Theme.gap
        maxWidth: width
        spacing: Theme.gap
        ColumnLayout {
            width: parent.width
            spacing: Theme.gap
            Title { Layout.fillWidth: true; text: Say.word("card-typing-title-" + step.field); font.pixelSize: Theme.panelTitleSize }
            Label { Layout.fillWidth: true; visible: step.shown === ""; text: Say.word("card-typing-text-" + step.field) }
            Notice { objectName: "typing-problem"; Layout.fillWidth: true; kind: "danger"; text: step.shown }
            EntryField {
                id: entry
                objectName: "zone-" + step.field
                readonly property string reading: "personal"
                Layout.fillWidth: true
                focus: true
                label: Say.word("card-typing-title-" + step.field)
                description: Say.word("card-typing-text-" + step.field)
                maximumLength: step.place === 0 ? 22 : 8
                horizontalAlignment: TextInput.AlignHCenter
                font.letterSpacing: 8 * Theme.unit
                font.capitalization: Font.AllUppercase
                inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText | (step.place === 0 ? Qt.ImhUppercaseOnly : Qt.ImhDigitsOnly)
                validator: RegularExpressionValidator { regularExpression: step.place === 0 ? /[A-Za-z0-9]*/ : /[0-9]*/ }
                onAccepted: step.on()
            }
            Label {
                objectName: "typed-date"
                readonly property string reading: "personal"
                Layout.fillWidth: true
                visible: step.place > 0
                horizontalAlignment: Text.AlignHCenter
                color: Theme.mutedText
                text: Say.word("card-typing-date", {
                    day: (entry.text + "__").slice(0, 2), month: (entry.text.slice(2) + "__").slice(0, 2),
                    year: (entry.text.slice(4) + "____").slice(0, 4)
                })
            }
            Keyboard {
                reading: "personal"
                visible: step.place === 0
                Layout.fillWidth: true
                target: entry
                code: true
                keyHeight: Theme.touch * (Theme.portrait ? 0.9 : 0.72)
                onEntered: step.on()
            }
            NumberPad {
                reading: "personal"
                visible: step.place > 0
                Layout.alignment: Qt.AlignHCenter
                target: entry
                keyWidth: Math.min((step.width - 2 * Theme.gap - 2 * spacing) / 3, Theme.touch * 2)
                keyHeight: Theme.touch * (Theme.portrait ? 1 : 0.72)
            }
            GridLayout {
                Layout.fillWidth: true
                columns: Theme.portrait ? 2 : 4
                columnSpacing: Theme.gap
                rowSpacing: Theme.gapSmall
                ActionButton {
                    objectName: "zone-on"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    compact: true
                    enabled: step.complete
                    text: Say.word("card-number-done")
                    onClicked: step.on()
                }
                ActionButton {
                    objectName: "zone-back"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    compact: true
                    kind: "secondary"
                    enabled: step.place > 0
                    text: Say.word("back")
                    onClicked: step.back()
                }
                ActionButton {
                    objectName: "zone-scan"
                    visible: view.card.camera
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    compact: true
                    kind: "secondary"
                    text: Say.word("card-typing-scan")
                    onClicked: booth.scanZone()
                }
                ActionButton {
                    objectName: "card-skip"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    compact: true
                    kind: "secondary"
                    text: Say.word("card-skip")
                    onClicked: booth.declineCard()
                }
            }
        }
    }
}

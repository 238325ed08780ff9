// PIN, CAN or PUK, digit by digit: what is typed is nowhere but in the terminal, here are only dots.
import QtQuick
import QtQuick.Layouts

FocusScope {
    id: step
    readonly property string what: view.eid.step === "pin" && view.eid.changing ? "transport_pin"
                                 : view.eid.step === "new_pin" && view.eid.again ? "new_pin_again" : view.eid.step
    readonly property bool done: view.eid.digits >= view.eid.least
    readonly property real column: Theme.portrait ? width - 2 * Theme.gap : (width - 2 * Theme.gap - Theme.gapLarge) / 2
    readonly property string fault: !view.eid.fault ? ""
        : view.eid.fault === "wrong_pin" && view.eid.step === "new_pin" ? Say.word("eid-fault-not_alike")
        : Say.word("eid-fault-" + view.eid.fault)

    function submit() {
        if (done)
            booth.enterEid()
    }
    Page {
        anchors.fill: parent
        padding: Theme.gap
        maxWidth: width
        GridLayout {
            width: parent.width
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gap

            ColumnLayout {
                Layout.preferredWidth: step.column
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap
                Title { Layout.fillWidth: true; text: Say.word("eid-" + step.what + "-title"); font.pixelSize: Theme.panelTitleSize }
                Notice {
                    objectName: "eid-fault"
                    Layout.fillWidth: true
                    kind: "danger"
                    text: step.fault
                }
                Label { Layout.fillWidth: true; text: Say.word("eid-" + step.what + "-text") }
                Label {
                    Layout.fillWidth: true
                    visible: view.eid.tries != null && view.eid.tries < 3
                    strong: true
                    text: visible ? Say.word("eid-tries", {tries: view.eid.tries}) : ""
                }
                ActionButton {
                    objectName: "eid-transport-pin"
                    visible: view.eid.step === "pin" && !view.eid.changing && !view.eid.fault
                    Layout.fillWidth: true
                    compact: true
                    kind: "tertiary"
                    text: Say.word("eid-transport-pin")
                    onClicked: booth.onlyTransportPin()
                }
            }
            ColumnLayout {
                Layout.preferredWidth: step.column
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap
                Rectangle {
                    id: entry
                    objectName: "eid-entry"
                    readonly property string reading: "secret"
                    property int length: view.eid.digits
                    Layout.fillWidth: true
                    implicitHeight: Theme.touch
                    radius: Theme.radius
                    color: Theme.inputBackground
                    border.color: Theme.inputBorder
                    border.width: Theme.line
                    focus: true
                    activeFocusOnTab: true
                    Accessible.role: Accessible.EditableText
                    Accessible.focusable: true
                    Accessible.name: Say.word("eid-" + step.what + "-label")
                    Accessible.description: Say.word("eid-digits", {digits: view.eid.digits})

                    function insert(at, digit) { booth.pressEid(parseInt(digit)) }
                    function remove(from, to) { booth.eraseEid() }
                    Keys.onPressed: event => {
                        if (event.text.length === 1 && event.text >= "0" && event.text <= "9")
                            booth.pressEid(parseInt(event.text))
                        else if (event.key === Qt.Key_Backspace)
                            booth.eraseEid()
                        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
                            step.submit()
                        else
                            return
                        event.accepted = true
                    }
                    FocusRing { target: entry; anchors.fill: parent }
                    MouseArea { anchors.fill: parent; onClicked: entry.forceActiveFocus() }
                    Row {
                        anchors.centerIn: parent
                        spacing: Theme.gapSmall
                        Repeater {
                            model: view.eid.most
                            delegate: Rectangle {
                                required property int index
                                width: 26 * Theme.unit
                                height: width
                                radius: width / 2
                                color: index < view.eid.digits ? Theme.text : "transparent"
                                border.color: Theme.inputBorder
                                border.width: Theme.line
                            }
                        }
                    }
                }
                NumberPad {
                    reading: "secret"
                    Layout.alignment: Qt.AlignHCenter
                    target: entry
                    keyWidth: Math.min((step.column - 2 * spacing) / 3, Theme.touch * 2)
                    keyHeight: Theme.touch * (Theme.portrait ? 1 : 0.86)
                }
            }
            RowLayout {
                Layout.columnSpan: Theme.portrait ? 1 : 2
                Layout.fillWidth: true
                spacing: Theme.portrait ? Theme.gap : Theme.gapLarge
                ActionButton {
                    objectName: "eid-skip"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    compact: true
                    kind: "secondary"
                    text: Say.word("eid-skip")
                    onClicked: booth.declineEid()
                }
                ActionButton {
                    objectName: "eid-enter"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    compact: true
                    enabled: step.done
                    text: Say.word("eid-enter")
                    onClicked: step.submit()
                }
            }
        }
    }
}

import QtQuick
import QtQuick.Layouts

FocusScope {
    id: step
    readonly property bool badly: view.eid.step === "position"
    readonly property real column: Theme.portrait ? width - 2 * Theme.gap : (width - 2 * Theme.gap - Theme.gapLarge) / 2

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap
        Page {
            Layout.fillWidth: true
            Layout.fillHeight: true
            padding: Theme.gap
            maxWidth: width
            GridLayout {
                width: parent.width
                columns: Theme.portrait ? 1 : 2
                columnSpacing: Theme.gapLarge
                rowSpacing: Theme.gap
                ColumnLayout {
                    Layout.preferredWidth: step.column
                    spacing: Theme.gap
                    Title { Layout.fillWidth: true; text: Say.word("eid-card-title"); font.pixelSize: Theme.panelTitleSize }
                    Notice {
                        objectName: "eid-fault"
                        Layout.fillWidth: true
                        kind: "warning"
                        text: view.eid.fault ? Say.word("eid-fault-" + view.eid.fault) : ""
                    }
                    Label { Layout.fillWidth: true; text: Say.word("eid-card-text") }
                }
                ReaderPicture { Layout.alignment: Qt.AlignHCenter }
            }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: Theme.portrait && Theme.largeText ? 1 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "eid-laid-right"
                visible: step.badly
                focus: step.badly
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                text: Say.word("eid-laid-right")
                onClicked: booth.layEidCardRight()
            }
            ActionButton {
                objectName: "eid-transport-pin"
                visible: !step.badly && !view.eid.changing
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                compact: true
                kind: "secondary"
                text: Say.word("eid-transport-pin")
                onClicked: booth.onlyTransportPin()
            }
            ActionButton {
                objectName: "eid-skip"
                focus: !step.badly
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                compact: true
                kind: "secondary"
                text: Say.word("eid-skip")
                onClicked: booth.declineEid()
            }
        }
    }
}

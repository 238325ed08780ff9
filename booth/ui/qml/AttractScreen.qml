import QtQuick
import QtQuick.Layouts

FocusScope {
    Page {
        anchors.fill: parent
        maxWidth: 1400 * Theme.unit
        padding: Theme.portrait ? Theme.gapLarge : Theme.gap
        spacing: Theme.portrait ? Theme.gapLarge : Theme.largeText ? Theme.gap : Theme.gapLarge

        Text {
            width: parent.width
            text: Say.word("attract-title")
            color: Theme.action
            font.family: Theme.family
            font.pixelSize: Theme.portrait || !Theme.largeText ? Theme.displaySize : Theme.titleSize
            font.weight: Tokens.weightStrong
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Label {
            width: parent.width
            text: Say.word("attract-text")
            font.pixelSize: Theme.portrait || !Theme.largeText ? Theme.titleSize : Theme.leadSize
        }
        GridLayout {
            width: parent.width
            visible: Theme.portrait || view.opens == null
            columns: Theme.portrait ? 1 : 3
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            Repeater {
                model: [["1", "attract-step-1", "edit"], ["2", "attract-step-2", "people"], ["3", "attract-step-3", "success"]]
                delegate: Rectangle {
                    required property var modelData
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    Layout.fillHeight: true
                    implicitHeight: step.implicitHeight + 2 * Theme.gap
                    radius: Theme.radiusLarge
                    color: Theme.surface
                    border.color: Theme.border
                    border.width: Theme.highContrast ? Theme.line : 0
                    RowLayout {
                        id: step
                        anchors.fill: parent
                        anchors.margins: Theme.gap
                        spacing: Theme.gap
                        Rectangle {
                            implicitWidth: Theme.touch * 0.9
                            implicitHeight: implicitWidth
                            radius: width / 2
                            color: Theme.action
                            Icon {
                                anchors.centerIn: parent
                                name: modelData[2]
                                color: Theme.actionInk
                                size: parent.width * 0.56
                            }
                        }
                        Label {
                            Layout.fillWidth: true
                            text: modelData[0] + ". " + Say.word(modelData[1])
                            strong: true
                        }
                    }
                }
            }
        }
        Notice {
            objectName: "closed"
            width: parent.width
            kind: "info"
            text: view.opens != null ? Say.closed("attract-closed", view.opens) : ""
        }
        ActionButton {
            objectName: "start"
            width: Theme.portrait ? parent.width : Math.min(parent.width, 760 * Theme.unit)
            height: Math.max(implicitHeight, Theme.touch * 1.5)
            focus: true
            iconName: "arrowForward"
            text: Say.word("attract-start")
            onClicked: booth.start()
        }
        Notice {
            objectName: "device-trouble"
            width: parent.width
            kind: "warning"
            text: view.device_trouble ? Say.word("attract-trouble-" + view.device_trouble.split("-")[0]) : ""
        }
        RowLayout {
            width: parent.width
            spacing: Theme.gapSmall
            Icon { name: "delete"; color: Theme.mutedText }
            Label { Layout.fillWidth: true; text: Say.word("attract-privacy"); color: Theme.mutedText }
        }
    }
}

import QtQuick
import QtQuick.Layouts

FocusScope {
    readonly property bool joining: view.busy
    focus: true

    Page {
        anchors.fill: parent
        padding: Theme.portrait ? Theme.gapLarge : Theme.gap
        spacing: Theme.portrait ? Theme.gapLarge : Theme.gap
        Notice {
            id: notice
            objectName: "notice"
            width: parent.width
            kind: "warning"
            text: !view.online ? Say.word("waiting-offline") : view.notice ? Say.word(view.notice)
                : view.returned ? Say.word("waiting-returned") : ""
        }
        Title { width: parent.width; text: Say.word(joining ? "waiting-joining" : "waiting-title") }
        Busy { visible: joining }
        GridLayout {
            width: parent.width
            visible: !joining
            columns: Theme.portrait ? 1 : 2
            columnSpacing: Theme.gapLarge
            rowSpacing: Theme.gapLarge
            Repeater {
                model: [["ticket-number", "waiting-number", view.ticket],
                        ["ticket-position", "waiting-position", view.position == null ? "" : String(view.position)]]
                delegate: Rectangle {
                    required property var modelData
                    visible: modelData[2] !== ""
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    implicitHeight: fact.implicitHeight + 2 * Theme.gap
                    radius: Theme.radiusLarge
                    color: Theme.surface
                    border.color: Theme.border
                    border.width: Theme.line
                    ColumnLayout {
                        id: fact
                        anchors.fill: parent
                        anchors.margins: Theme.gap
                        spacing: 0
                        Label { Layout.fillWidth: true; text: modelData[1]  ? Say.word(modelData[1]) : ""; color: Theme.mutedText }
                        Label {
                            objectName: modelData[0]
                            Layout.fillWidth: true
                            text: modelData[2]
                            color: Theme.action
                            strong: true
                            font.pixelSize: Theme.displaySize
                            fontSizeMode: Text.HorizontalFit
                            lineHeight: 1
                        }
                    }
                }
            }
        }
        ChoiceCard {
            objectName: "callback"
            width: parent.width
            visible: !joining && view.callback.offered
            iconName: "arrowForward"
            text: Say.word("callback-offer")
            description: Say.word("callback-offer-text")
            onClicked: booth.wantCallback()
        }
        Column {
            width: parent.width
            visible: !joining
            spacing: Theme.gapSmall
            Label {
                width: parent.width
                readonly property bool live: true
                visible: text !== ""
                strong: true
                text: view.position == null ? "" : view.position <= 1 ? Say.word("waiting-next")
                    : Say.word("waiting-ahead", {ahead: view.position - 1})
            }
            Label {
                width: parent.width
                text: view.forecast == null ? Say.word("waiting-forecast-unknown")
                    : view.forecast.from_minutes < 1 ? Say.word("waiting-forecast-at-most", {to: view.forecast.to_minutes})
                    : Say.word("waiting-forecast", {from: view.forecast.from_minutes, to: view.forecast.to_minutes})
            }
            Label {
                width: parent.width
                visible: view.forecast != null
                color: Theme.mutedText
                text: Say.word("waiting-changes")
            }
            Label {
                width: parent.width
                color: Theme.mutedText
                text: Say.word("waiting-waited", {minutes: Math.floor(view.waited_s / 60)})
            }
        }
        RowLayout {
            width: parent.width
            visible: !joining && !notice.visible
            spacing: Theme.gap
            Icon { name: "success"; color: Theme.success; Layout.alignment: Qt.AlignTop }
            Label { Layout.fillWidth: true; text: Say.word("waiting-kept") + " " + Say.word("waiting-hint") }
        }
    }
}

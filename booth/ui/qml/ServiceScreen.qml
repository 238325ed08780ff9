import QtQuick

FocusScope {
    Page {
        anchors.fill: parent
        padding: Theme.portrait ? Theme.gapLarge : Theme.gap
        spacing: Theme.portrait ? Theme.gapLarge : Theme.gap
        Notice {
            objectName: "notice"
            width: parent.width
            kind: "warning"
            text: view.notice ? Say.word(view.notice) : ""
        }
        Title { width: parent.width; text: Say.word("service-title") }
        Repeater {
            model: view.services
            delegate: ChoiceCard {
                required property string modelData
                required property int index
                readonly property var opens: view.closed[modelData]
                objectName: "service-" + modelData
                width: parent.width
                focus: index === 0
                enabled: opens === undefined
                text: Say.word("service-" + modelData)
                description: enabled ? Say.word("service-" + modelData + "-description") : Say.closed("service-closed", opens)
                onClicked: booth.chooseService(modelData)
            }
        }
        Rectangle { width: parent.width; height: Theme.line; color: Theme.border; opacity: 0.4 }
        ChoiceCard {
            objectName: "code"
            width: parent.width
            iconName: "calendarToday"
            text: Say.word("service-code")
            description: Say.word("service-code-description")
            onClicked: booth.wantCode()
        }
    }
}

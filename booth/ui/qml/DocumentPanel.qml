// A finished document, a page at a time; enlarged it is scrolled by finger or arrow keys.
import QtQuick
import QtQuick.Layouts

FocusScope {
    id: panel
    property int page: 1
    property bool enlarged: false
    readonly property string key: view.document.key
    onKeyChanged: page = 1

    function turn(by) {
        page = Math.max(1, Math.min(view.document.pages, page + by))
        sheet.contentY = 0
    }
    Keys.onUpPressed: sheet.flick(0, 1200)
    Keys.onDownPressed: sheet.flick(0, -1200)
    Keys.onPressed: event => {
        if (event.key === Qt.Key_PageDown) turn(1)
        if (event.key === Qt.Key_PageUp) turn(-1)
    }

    GridLayout {
        anchors.fill: parent
        columns: Theme.portrait ? 1 : 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap

        ColumnLayout {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.row: 0
            Layout.column: Theme.portrait ? 0 : 1
            Layout.alignment: Qt.AlignTop
            spacing: Theme.gap
            Title {
                Layout.fillWidth: true
                text: view.document.title || Say.word("document-title")
                font.pixelSize: Theme.leadSize
                maximumLineCount: 2
                elide: Text.ElideRight
            }
            Notice {
                Layout.fillWidth: true
                text: view.document.kept ? Say.word("document-kept") : ""
            }
        }
        Flickable {
            id: sheet
            objectName: "document-sheet"
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: Theme.portrait ? 1 : 1.3
            Layout.row: Theme.portrait ? 1 : 0
            Layout.column: 0
            Layout.rowSpan: Theme.portrait ? 1 : 2
            contentWidth: Math.max(width, picture.width)
            contentHeight: Math.max(height, picture.height)
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            Image {
                id: picture
                objectName: "document-page"
                readonly property real shape: implicitWidth > 0 ? implicitHeight / implicitWidth : 1.414
                width: panel.enlarged ? sheet.width * (Theme.portrait ? 1.5 : 1.2) : Math.min(sheet.width, sheet.height / shape)
                height: width * shape
                x: Math.max(0, (sheet.width - width) / 2)
                cache: false
                smooth: true
                mipmap: true
                source: panel.key ? "image://pages/" + panel.key + "/" + panel.page : ""
                Accessible.role: Accessible.Graphic
                Accessible.name: Say.word("document-page-picture",
                    {title: view.document.title, page: panel.page, pages: view.document.pages})
                Rectangle { anchors.fill: parent; color: "transparent"; border.color: Theme.border; border.width: Theme.line }
            }
        }
        GridLayout {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.row: Theme.portrait ? 2 : 1
            Layout.column: Theme.portrait ? 0 : 1
            Layout.alignment: Qt.AlignBottom
            columns: 3
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "document-previous"
                visible: view.document.pages > 1
                kind: "secondary"
                iconName: "arrowBack"
                Accessible.name: Say.word("document-previous")
                enabled: panel.page > 1
                onClicked: panel.turn(-1)
            }
            Label {
                visible: view.document.pages > 1
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                text: Say.word("document-page", {page: panel.page, pages: view.document.pages})
            }
            ActionButton {
                objectName: "document-next"
                visible: view.document.pages > 1
                kind: "secondary"
                iconName: "arrowForward"
                Accessible.name: Say.word("document-next")
                enabled: panel.page < view.document.pages
                onClicked: panel.turn(1)
            }
            ActionButton {
                objectName: "document-zoom"
                Layout.fillWidth: true
                Layout.columnSpan: Theme.portrait ? 1 : 3
                kind: "secondary"
                text: Say.word(panel.enlarged ? "document-zoom-out" : "document-zoom-in")
                onClicked: panel.enlarged = !panel.enlarged
            }
            ActionButton {
                objectName: "document-close"
                Layout.fillWidth: true
                Layout.columnSpan: Theme.portrait ? 2 : 3
                focus: true
                iconName: "check"
                text: Say.word("document-close")
                onClicked: booth.closeDocument()
            }
        }
    }
}

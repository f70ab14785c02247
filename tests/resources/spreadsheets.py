"""Small spreadsheets for the tests of the importer, written as people send them."""

from resources import directory

FACILITIES = (
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,名称_通称,POIコード,住所,方書,緯度,経度,電話番号,"
    "内線番号,法人番号,団体名,利用可能曜日,開始時間,終了時間,利用可能日時特記事項,説明,バリアフリー情報,URL,備考\r\n"
)


def entries(database, town="990019"):
    with database.reading() as session:
        return {record.draft.name: record.draft for record in directory.whole(session, town)}


def facility(code, number, name, **said):
    cells = [code, number, "", said.get("city", ""), name, "", "", "", said.get("address", "本町1-1"), "", "", ""]
    cells += [said.get("phone", ""), "", "", "", said.get("days", ""), said.get("opens", ""), said.get("closes", "")]
    return ",".join([*cells, said.get("note", ""), "", "", "", ""]) + "\r\n"

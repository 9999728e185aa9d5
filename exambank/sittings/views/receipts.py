"""The page on which anybody who holds a receipt asks whether the server still holds exactly that submission."""

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from exambank import clock, web
from exambank.errors import InvalidInput, TooManyAttempts
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.rules import receipts
from exambank.sittings.views.blueprint import bp


class ReceiptForm(web.BaseForm):
    """What stands on a receipt."""

    code = StringField(_l("Receipt code"), [InputRequired(_l("Type the code of the receipt.")), Length(max=20)])
    proof = StringField(
        _l("Seal of the receipt, or candidate number"),
        [InputRequired(_l("Type the first 8 signs of the seal, or the candidate number.")), Length(max=100)],
    )


@bp.route("/receipt", methods=["GET", "POST"])
@web.requires(Permission.PUBLIC)
def check_receipt():
    """The address in the picture of a receipt fills the form; asking is a press of the button."""
    form = ReceiptForm(data={"code": request.args.get("code"), "proof": request.args.get("proof")})
    found, status, headers = None, 200, {}
    if form.validate_on_submit():
        try:
            found = service.check_receipt(
                now=clock.now(), code=form.code.data, proof=form.proof.data, address=request.remote_addr or ""
            )
        except (InvalidInput, TooManyAttempts) as refusal:
            form.form_errors.append(refusal.message)
            status, headers = refusal.status, _retry_after(refusal)
    elif request.method == "POST":
        status = 422
    return render_template("sittings/check_receipt.html", form=form, found=found), status, headers


def _retry_after(refusal) -> dict[str, str]:
    seconds = refusal.details.get("seconds")
    return {"Retry-After": str(seconds)} if seconds else {}


def proof_of(sitting) -> dict:
    """What the receipt page shows of the hash: in groups, and as a picture that leads to the check."""
    if not sitting.receipt_hash:
        return {}
    address = url_for(
        "sittings.check_receipt", code=sitting.receipt, proof=sitting.receipt_hash[: receipts.SHORTEST_PROOF * 2],
        _external=True,
    )  # fmt: skip
    return {
        "seal": receipts.in_groups(sitting.receipt_hash), "check_url": address,
        "qr": service.qr_picture(address),
    }  # fmt: skip

"""the room that loses nothing

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "machine",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("browser", sa.String(length=300), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("is_fit", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine")),
        sa.UniqueConstraint("public_id", name=op.f("uq_machine_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_machine_token_hash")),
    )
    op.create_table(
        "user_photo",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_photo_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_photo")),
    )
    op.create_table(
        "focus_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_focus_event_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_focus_event")),
    )
    with op.batch_alter_table("focus_event", schema=None) as batch_op:
        batch_op.create_index("ix_focus_event_sitting_id_at", ["sitting_id", "at"], unique=False)

    op.create_table(
        "incident",
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_incident_exam_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_incident_recorded_by_id")),
        sa.ForeignKeyConstraint(["room_id"], ["exam_room.id"], name=op.f("fk_incident_room_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_incident_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("public_id", name=op.f("uq_incident_public_id")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_exam_id"), ["exam_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "objection",
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("reply", sa.String(length=1000), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.CheckConstraint("state IN ('open', 'answered')", name=op.f("ck_objection_state_known")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_objection_answered_by_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_objection_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("public_id", name=op.f("uq_objection_public_id")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "offence",
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("deduction", sa.String(length=20), nullable=False),
        sa.Column("ends_sitting", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("witnesses", sa.String(length=300), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_offence_recorded_by_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_offence_sitting_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["user.id"], name=op.f("fk_offence_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_offence_public_id")),
    )
    with op.batch_alter_table("offence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offence_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "rescue_file",
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("check_code", sa.String(length=14), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("new_answers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["received_by_id"], ["user.id"], name=op.f("fk_rescue_file_received_by_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_rescue_file_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescue_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rescue_file_public_id")),
        sa.UniqueConstraint("sitting_id", "sha256", name=op.f("uq_rescue_file_sitting_id_sha256")),
    )
    op.create_table(
        "room_message",
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.CheckConstraint("kind IN ('message', 'announcement', 'reply')", name=op.f("ck_room_message_kind_known")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_room_message_exam_id")),
        sa.ForeignKeyConstraint(["room_id"], ["exam_room.id"], name=op.f("fk_room_message_room_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_room_message_sent_by_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_room_message_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_message")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_message_public_id")),
    )
    with op.batch_alter_table("room_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_message_exam_id"), ["exam_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_message_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_message_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.String(length=20), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=True),
        sa.Column("chain_head", sa.String(length=64), nullable=False),
        sa.Column("chained_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reopened_at", sa.BigInteger(), nullable=False),
        sa.Column("reopened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["reopened_by_id"], ["user.id"], name=op.f("fk_submission_reopened_by_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_submission_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("public_id", name=op.f("uq_submission_public_id")),
        sa.UniqueConstraint("sitting_id", "number", name=op.f("uq_submission_sitting_id_number")),
    )
    op.create_table(
        "contact_gap",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("dismissed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("dismissed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["dismissed_by_id"], ["user.id"], name=op.f("fk_contact_gap_dismissed_by_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["time_grant.id"], name=op.f("fk_contact_gap_grant_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_contact_gap_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_gap")),
    )
    with op.batch_alter_table("contact_gap", schema=None) as batch_op:
        batch_op.create_index("ix_contact_gap_sitting_id_ended_at", ["sitting_id", "ended_at"], unique=False)

    op.create_table(
        "message_seen",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sitting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["room_message.id"], name=op.f("fk_message_seen_message_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_message_seen_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_seen")),
        sa.UniqueConstraint("message_id", "sitting_id", name=op.f("uq_message_seen_message_id_sitting_id")),
    )
    with op.batch_alter_table("message_seen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_seen_sitting_id"), ["sitting_id"], unique=False)

    with op.batch_alter_table("candidacy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seat", sa.String(length=12), nullable=True))
        batch_op.add_column(
            sa.Column(
                "card_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="1", nullable=False
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_candidacy_exam_id_user_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_candidacy_exam_id_user_id_attempt_no"), ["exam_id", "user_id", "attempt_no"]
        )

    with op.batch_alter_table("exam", schema=None) as batch_op:
        batch_op.add_column(sa.Column("conduct", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("is_rehearsal", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("rescue_public", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("rescue_private", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("seb_file", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("seb_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("seat_seed", sa.String(length=64), nullable=True))

    with op.batch_alter_table("exam_room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("networks", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("quarantined_save", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("identity", sa.String(length=12), server_default="unchecked", nullable=False))
        batch_op.add_column(sa.Column("identity_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("identity_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("identity_note", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("admitted_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("admitted_reason", sa.String(length=300), nullable=True))
        batch_op.add_column(
            sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "open_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="1", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column(
                "open_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="32767", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column(
                "section", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(sa.Column("section_started_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("section_deadline_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("locked_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("locked_reason", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column(
                "notice_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(sa.Column("receipt_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("reopened_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("result_signed_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("result_signed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_sitting_result_signed_by_id"), "user", ["result_signed_by_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_sitting_machine_id"), "machine", ["machine_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_sitting_identity_by_id"), "user", ["identity_by_id"], ["id"])

    with op.batch_alter_table("time_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=12), server_default="incident", nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=12), server_default="granted", nullable=False))
        batch_op.add_column(
            sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("decided_at", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_time_grant_decided_by_id"), "user", ["decided_by_id"], ["id"])


def downgrade() -> None:
    _forget_what_the_older_schema_has_no_place_for()
    with op.batch_alter_table("time_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_time_grant_decided_by_id"), type_="foreignkey")
        batch_op.drop_column("decided_at")
        batch_op.drop_column("decided_by_id")
        batch_op.drop_column("state")
        batch_op.drop_column("kind")

    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sitting_identity_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_sitting_machine_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_sitting_result_signed_by_id"), type_="foreignkey")
        batch_op.drop_column("result_signed_by_id")
        batch_op.drop_column("result_signed_at")
        batch_op.drop_column("reopened_at")
        batch_op.drop_column("receipt_hash")
        batch_op.drop_column("notice_no")
        batch_op.drop_column("locked_reason")
        batch_op.drop_column("locked_at")
        batch_op.drop_column("section_deadline_at")
        batch_op.drop_column("section_started_at")
        batch_op.drop_column("section")
        batch_op.drop_column("open_to")
        batch_op.drop_column("open_from")
        batch_op.drop_column("machine_id")
        batch_op.drop_column("admitted_reason")
        batch_op.drop_column("admitted_at")
        batch_op.drop_column("identity_note")
        batch_op.drop_column("identity_by_id")
        batch_op.drop_column("identity_at")
        batch_op.drop_column("identity")

    with op.batch_alter_table("quarantined_save", schema=None) as batch_op:
        batch_op.drop_column("contact_at")

    with op.batch_alter_table("exam_room", schema=None) as batch_op:
        batch_op.drop_column("networks")

    with op.batch_alter_table("exam", schema=None) as batch_op:
        batch_op.drop_column("seat_seed")
        batch_op.drop_column("seb_sealed")
        batch_op.drop_column("seb_file")
        batch_op.drop_column("rescue_private")
        batch_op.drop_column("rescue_public")
        batch_op.drop_column("is_rehearsal")
        batch_op.drop_column("conduct")

    with op.batch_alter_table("candidacy", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_candidacy_exam_id_user_id_attempt_no"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_candidacy_exam_id_user_id"), ["exam_id", "user_id"])
        batch_op.drop_column("card_version")
        batch_op.drop_column("seat")

    with op.batch_alter_table("message_seen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_seen_sitting_id"))

    op.drop_table("message_seen")
    with op.batch_alter_table("contact_gap", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_gap_sitting_id_ended_at")

    op.drop_table("contact_gap")
    op.drop_table("submission")
    with op.batch_alter_table("room_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_message_sitting_id"))
        batch_op.drop_index(batch_op.f("ix_room_message_room_id"))
        batch_op.drop_index(batch_op.f("ix_room_message_exam_id"))

    op.drop_table("room_message")
    op.drop_table("rescue_file")
    with op.batch_alter_table("offence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offence_sitting_id"))

    op.drop_table("offence")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_sitting_id"))

    op.drop_table("objection")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_sitting_id"))
        batch_op.drop_index(batch_op.f("ix_incident_room_id"))
        batch_op.drop_index(batch_op.f("ix_incident_exam_id"))

    op.drop_table("incident")
    with op.batch_alter_table("focus_event", schema=None) as batch_op:
        batch_op.drop_index("ix_focus_event_sitting_id_at")

    op.drop_table("focus_event")
    op.drop_table("user_photo")
    op.drop_table("machine")


def _forget_what_the_older_schema_has_no_place_for() -> None:
    """Exams that admit one by one become personal ones; further attempts exist in rehearsals alone and go."""
    op.execute("UPDATE exam SET start_mode = 'personal' WHERE start_mode = 'admitted'")
    op.execute("UPDATE sitting SET machine_id = NULL")
    again = "SELECT id FROM candidacy WHERE attempt_no > 1 AND exam_id IN (SELECT id FROM exam WHERE is_rehearsal)"
    sittings = f"SELECT id FROM sitting WHERE candidacy_id IN ({again})"
    for table in ("response", "response_event", "quarantined_save", "takeover_code", "time_grant", "room_event",
                  "contact_gap", "focus_event", "incident", "message_seen", "objection", "offence", "rescue_file",
                  "room_message", "submission"):  # fmt: skip
        op.execute(f"DELETE FROM {table} WHERE sitting_id IN ({sittings})")
    op.execute(f"DELETE FROM sitting WHERE candidacy_id IN ({again})")
    op.execute("DELETE FROM candidacy WHERE attempt_no > 1 AND exam_id IN (SELECT id FROM exam WHERE is_rehearsal)")

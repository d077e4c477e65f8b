"""Tables of Dialix as SQLAlchemy's ORM sees them, for the FastAPI peer."""
from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Operator(Base):
    __tablename__ = "operator"
    id = Column(UUID(as_uuid=True), primary_key=True)
    company_id = Column(UUID(as_uuid=True))
    code = Column(Text)
    name = Column(Text)


class Result(Base):
    __tablename__ = "result"
    id = Column(UUID(as_uuid=True), primary_key=True)
    record_id = Column(UUID(as_uuid=True), ForeignKey("record.id"))
    company_id = Column(UUID(as_uuid=True))
    score = Column(Numeric(5, 2))
    summary = Column(Text)
    call_purpose = Column(Text)
    lead_source = Column(Text)
    interests = Column(ARRAY(Text))
    sentiment_conversation = Column(Text)
    operator_answer_delay_ms = Column(BigInteger)
    operator_speech_ms = Column(BigInteger)
    customer_speech_ms = Column(BigInteger)
    silence_ms = Column(BigInteger)
    created_at = Column(DateTime(timezone=True))


class Record(Base):
    __tablename__ = "record"
    id = Column(UUID(as_uuid=True), primary_key=True)
    company_id = Column(UUID(as_uuid=True))
    operator_id = Column(UUID(as_uuid=True))
    checklist_id = Column(UUID(as_uuid=True))
    title = Column(Text)
    status = Column(Text)
    progress = Column(SmallInteger)
    call_type = Column(Text)
    client_phone_number = Column(Text)
    source = Column(Text)
    language = Column(Text)
    duration_ms = Column(BigInteger)
    cost_minor = Column(BigInteger)
    sample_rate = Column(Integer)
    started_at = Column(DateTime(timezone=True))
    created_at = Column(DateTime(timezone=True))
    deleted_at = Column(DateTime(timezone=True))
    result = relationship(Result, uselist=False)
